"""Benchmarks: characters a second by stage beside jieba on the same text, and what 100 to 10,000 policies cost.

    python -m policykit.bench [FOLDER] [--sizes 100,1000] [--jobs 2]

FOLDER: policies to measure on, the project's own five when left out.  Larger corpora are composed by shuffling the
sections of these policies, so that each has about the mean length of the originals; they are no real policies.
"""

from __future__ import annotations

import argparse
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd

from policykit import compliance, defects, facts, languages, practices, rules, sdks, structure, topics
from policykit.outcomes import unswept
from policykit.read import read, sources


def stages(folder: Path, repeat: int = 3) -> pd.DataFrame:
    """Seconds and characters a second of each stage, of the whole, and of jieba.lcut alone; the best of some runs."""
    import jieba

    jieba.initialize()
    rulebook = rules.load()
    best: dict[str, float] = {}
    chars = 0
    for _ in range(repeat):
        taken: dict[str, float] = dict.fromkeys(["read", "structure", "languages", "topics", "practices", "facts", "sdks", "pairs", "findings", "defects", "jieba.lcut alone"], 0.0)

        def timed(stage: str, work: Callable[..., Any], *arguments: Any, **options: Any) -> Any:
            began = time.process_time()     # what other programs take is not counted
            made = work(*arguments, **options)
            taken[stage] += time.process_time() - began
            return made

        chars = 0
        for source in sources(folder):
            with unswept():
                policy = timed("read", read, source.path, source.name)
                if policy.status == "error":
                    continue
                chars += len(policy.text)
                document = timed("structure", structure.parse, policy)
                timed("languages", languages.of, document)
                typed = timed("topics", topics.find, document, rulebook)
                said = timed("practices", practices.find, document, rulebook)
                items = timed("practices", practices.items, document, said, rulebook)
                found = timed("facts", facts.find, document, rulebook)
                named = timed("sdks", sdks.find, document, said, rulebook)
                pairs = timed("pairs", languages.align, document, rulebook)
                timed("findings", compliance.check, document, typed, said, items, found, named, rulebook)
                timed("defects", defects.find, document, typed, said, found, named, pairs, rulebook)
            timed("jieba.lcut alone", jieba.lcut, policy.text)
        taken["whole pipeline"] = sum(seconds for stage, seconds in taken.items() if not stage.startswith("jieba"))
        best = {stage: min(seconds, best.get(stage, seconds)) for stage, seconds in taken.items()}
    table = pd.DataFrame({"seconds": best}).assign(characters_per_second=lambda t: (chars / t["seconds"].clip(lower=1e-9)).round())
    return table.assign(times_jieba=(table.loc["jieba.lcut alone", "seconds"] / table["seconds"]).round(2))


def composed(folder: Path, number: int, out: Path, seed: int = 20) -> None:
    """Write so many policies, each put together from shuffled stretches of the policies in a folder."""
    draw, stretches, lengths = random.Random(seed), [], []
    for source in sources(folder):
        policy = read(source.path, source.name)
        lines = [policy.text[block.start:block.end] for block in policy.blocks]
        stretches += ["\n".join(lines[at:at + 12]) for at in range(0, len(lines), 12)]
        lengths.append(len(policy.text))
    mean = sum(lengths) / max(1, len(lengths))
    out.mkdir(parents=True, exist_ok=True)
    for serial in range(number):
        chosen, length = ["隐私政策 Privacy Policy"], 0
        while length < mean:
            chosen.append(draw.choice(stretches))
            length += len(chosen[-1])
        (out / f"firm{serial:06}.txt").write_text("\n".join(chosen), encoding="utf-8")


_BUILD = """
import pathlib, re, resource, sys, time
from policykit.build import build
began = time.perf_counter()
built = build(sys.argv[1], sys.argv[2], jobs=int(sys.argv[3]), progress=False)
taken = time.perf_counter() - began
if int(sys.argv[3]) > 1:
    from joblib.externals.loky import get_reusable_executor
    get_reusable_executor().shutdown(wait=True)     # only of processes that have ended is the memory known
status = pathlib.Path("/proc/self/status")      # what getrusage tells begins at the memory of the process that started this one
own = re.search("VmHWM:\\s+([0-9]+)", status.read_text()) if status.exists() else None
print(taken, float(own[1]) / 1024 if own else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
      resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024)
"""


FILTER = """
SELECT policy, clause, text, quote FROM clauses JOIN topics USING (policy, clause) JOIN practices USING (policy, clause)
WHERE topic = 'collect' AND item = 'imei' AND status = 'collected' AND text LIKE '%登录%' ORDER BY policy, clause
"""


def scale(folder: Path, sizes: list[int], jobs: int = 1) -> pd.DataFrame:
    """For each size: seconds of the first build, of a run with one changed file (alone and as a command, from start to end), peak memory, store size, query time."""
    import duckdb

    lines = []
    for number in sizes:
        with tempfile.TemporaryDirectory() as scratch:
            policies, out = Path(scratch) / "policies", Path(scratch) / "corpus.duckdb"
            composed(folder, number, policies)

            def run() -> list[float]:
                done = subprocess.run([sys.executable, "-c", _BUILD, str(policies), str(out), str(jobs)], capture_output=True, text=True, check=True)
                return list(map(float, done.stdout.splitlines()[-1].split()))

            def change(place: int) -> None:
                path = sorted(policies.iterdir())[place]
                path.write_text(path.read_text(encoding="utf-8") + "\n我们会收集您的剪切板信息。", encoding="utf-8")

            first = run()
            change(number // 2)
            again = run()
            change(number // 3)
            began = time.perf_counter()
            subprocess.run([sys.executable, "-m", "policykit", "build", str(policies), "-o", str(out)], capture_output=True)
            command = time.perf_counter() - began
            with duckdb.connect(str(out), read_only=True) as connection:
                connection.execute("SET enable_progress_bar = false")
                ((clauses,),) = connection.execute("SELECT count(*) FROM clauses").fetchall()
                ((chars,),) = connection.execute("SELECT sum(chars) FROM policies").fetchall()
                began = time.perf_counter()
                connection.execute(FILTER).fetchall()
                query = time.perf_counter() - began
            lines.append({"policies": number, "clauses": clauses, "chars": int(chars), "build_s": first[0], "chars_a_second": round(int(chars) / first[0]),
                          "one_changed_s": again[0], "one_changed_command_s": command, "driver_peak_mb": first[1], "worker_peak_mb": first[2],
                          "store_mb": out.stat().st_size / 2**20, "filter_s": query})
    return pd.DataFrame(lines).round(3)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m policykit.bench", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", default=Path(__file__).parents[1] / "data" / "policies", type=Path)
    parser.add_argument("--sizes", default="100", help="numbers of composed policies, separated by commas; 0 leaves them out")
    parser.add_argument("--jobs", default=1, type=int, help="processes for the builds")
    given = parser.parse_args()
    print(stages(given.folder).to_string())
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")
    if sizes := [int(size) for size in given.sizes.split(",") if int(size)]:
        print(scale(given.folder, sizes, given.jobs).to_string(index=False))


if __name__ == "__main__":
    main()
