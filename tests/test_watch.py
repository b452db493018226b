"""A kernel that waits for ever is ended and its notebook run again; one that works is left alone."""

import nbformat
import pytest

from policykit import report, watch as watching


@pytest.fixture
def notebook(tmp_path):
    def written(source: str):
        parameters = nbformat.v4.new_code_cell("POLICIES = ''", metadata={"tags": ["parameters"]})
        nbformat.write(nbformat.v4.new_notebook(cells=[parameters, nbformat.v4.new_code_cell(source)]), tmp_path / "a.ipynb")
        (tmp_path / "out").mkdir()
        return tmp_path / "a.ipynb"

    return written


def test_stuck_kernel_is_ended_and_the_notebook_run_again(notebook, tmp_path, monkeypatch):
    monkeypatch.setattr(report, "watch", lambda: watching.watch(idle=4, every=0.2))
    path = notebook(f"import os, pathlib, signal\nmark = pathlib.Path({str(tmp_path / 'tried')!r})\n"
                    "if not mark.exists():\n    mark.touch()\n    os.kill(os.getpid(), signal.SIGSTOP)\n'done'")
    with report.kernel() as name, report.watch():
        done, error = report.execute(path, "x", kernel_name=name, folder=tmp_path / "out")
    assert error is None and done.cells[-1].outputs[0]["data"]["text/plain"] == "'done'"


def test_working_kernel_is_left_alone(notebook, tmp_path, monkeypatch):
    monkeypatch.setattr(report, "watch", lambda: watching.watch(idle=2, every=0.2))
    path = notebook("import time\nend = time.monotonic() + 6\nwhile time.monotonic() < end: pass\n'done'")
    with report.kernel() as name, report.watch():
        done, error = report.execute(path, "x", kernel_name=name, folder=tmp_path / "out")
    assert error is None and done.cells[-1].outputs[0]["data"]["text/plain"] == "'done'"
