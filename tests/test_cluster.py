"""The same build on a Dask cluster of two worker processes, one of them killed in the middle."""

import os
import signal
import threading
import time

import joblib
import pandas as pd
import pytest

from policykit import build as building, rows
from policykit.build import build
from policykit.corpus import open as open_store

distributed = pytest.importorskip("distributed", reason="the cluster test needs dask.distributed: pip install 'policykit[test]'")


def test_cluster_with_a_killed_worker_makes_what_one_process_makes(many, tmp_path, monkeypatch):
    build(many, tmp_path / "serial.duckdb", progress=False)
    monkeypatch.setattr(building, "BATCH", 2)
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None) as cluster, cluster.get_client() as client:
        victim = next(iter(client.run(os.getpid).values()))
        killed = threading.Event()

        def kill_when_begun():
            parts = tmp_path / "cluster.duckdb.parts"
            for _ in range(2000):
                if parts.is_dir() and any(parts.iterdir()):
                    os.kill(victim, signal.SIGKILL)
                    killed.set()
                    return
                time.sleep(0.005)

        threading.Thread(target=kill_when_begun, daemon=True).start()
        with joblib.parallel_config(backend="dask"):
            built = build(many, tmp_path / "cluster.duckdb", progress=False)
    assert killed.is_set(), "the build was over before a worker could be killed"
    assert len(built.added) == 40 and not built.failed
    serial, cluster_made = open_store(tmp_path / "serial.duckdb"), open_store(tmp_path / "cluster.duckdb")
    for name, row_type in rows.TABLES.items():
        order = rows.keys(row_type)
        pd.testing.assert_frame_equal(cluster_made.tables[name].sort_values(order, ignore_index=True),
                                      serial.tables[name].sort_values(order, ignore_index=True), obj=name)
