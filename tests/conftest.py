"""What several test modules need."""

import os
import random
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def shared_folder() -> Path | None:
    """The folder with corpora and gold, which is no part of the project; None where it is absent."""
    folder = Path(os.environ.get("POLICYKIT_SHARED", ROOT.parent / "shared"))
    return folder if (folder / "gold" / "score.py").is_file() else None


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder with corpora and gold; the test is skipped where it is absent."""
    folder = shared_folder()
    if folder is None:
        pytest.skip("corpora and gold are not here: set POLICYKIT_SHARED to their folder to measure on them")
    return folder


@pytest.fixture(scope="session")
def policies() -> Path:
    """The folder of the five policies of the project."""
    return ROOT / "data" / "policies"


@pytest.fixture(scope="session")
def corpus(policies):
    """The five policies, read once."""
    import policykit as pk

    return pk.read(policies, progress=False)


@pytest.fixture(scope="session")
def many(tmp_path_factory, policies) -> Path:
    """Forty policies, put together from shuffled lines of real ones."""
    folder, draw = tmp_path_factory.mktemp("many"), random.Random(7)
    lines = [line for path in sorted(policies.glob("*.txt")) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    for number in range(40):
        (folder / f"firm{number:03}.txt").write_text("\n".join(draw.sample(lines, 50)), encoding="utf-8")
    return folder


def pytest_addoption(parser):
    parser.addoption("--fuzz", type=int, default=10_000, help="how many mutated files test_fuzz.py reads")
