"""What an installation needs is said in two files, which agree."""

import os
import re
import subprocess
import sys
import tomllib
import zipfile

import pytest
import yaml

from conftest import ROOT

# names that differ between PyPI and conda-forge, and what conda-forge does not have
CONDA_NAME = {"duckdb": "python-duckdb", "pyahocorasick": "pyahocorasick", "dask": "dask-core", "distributed": "distributed"}
ONLY_PYPI = {"opencc", "playwright", "axe-playwright-python", "reportlab", "fpdf2", "pypdfium2"}


def split(requirement: str) -> tuple[str, str]:
    """Name and version condition; extras are left out."""
    name, condition = re.fullmatch(r"([A-Za-z0-9_.-]+)(?:\[[^\]]*\])?\s*(.*)", requirement.split(";")[0].strip()).groups()
    return name.lower(), condition


def test_environment_lists_what_pyproject_lists():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = dict(map(split, project["dependencies"] + project["optional-dependencies"]["test"])) | {"python": project["requires-python"]}
    listed = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))["dependencies"]
    pip = next(entry["pip"] for entry in listed if isinstance(entry, dict))
    conda = dict(split(entry) for entry in listed if isinstance(entry, str))
    conda.pop("pip")
    from_pypi = dict(split(entry) for entry in pip if not entry.startswith("-e"))
    assert conda == {CONDA_NAME.get(name, name): condition for name, condition in wanted.items() if name not in ONLY_PYPI}
    assert from_pypi == {name: condition for name, condition in wanted.items() if name in ONLY_PYPI}


def test_every_dependency_has_its_reason():
    lines = (ROOT / "pyproject.toml").read_text(encoding="utf-8").splitlines()
    bare = [line for line in lines if re.match(r'\s+"[a-z0-9-]+(\[.*\])?>=', line, re.I) and "#" not in line and "hatchling" not in line]
    assert not [line for line in bare if '"pytest' not in line]


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """The package as a wheel puts it, far from the checkout; its dependencies are those of this environment."""
    home = tmp_path_factory.mktemp("wheel")
    made = subprocess.run([sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(home), str(ROOT)], capture_output=True, text=True)
    if made.returncode and "No matching distribution found for hatchling" in made.stderr:
        pytest.skip("a wheel cannot be built here: the build backend hatchling cannot be installed without network")
    assert made.returncode == 0, made.stderr
    (wheel,) = home.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(home / "site")
    return home / "site"


def test_wheel_carries_all_that_is_not_code(installed):
    inside = {path.relative_to(installed).as_posix() for path in installed.rglob("*") if path.is_file()}
    tracked = subprocess.run(["git", "ls-files", "policykit", "notebooks", "data"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    missing = {name for name in tracked if (name if name.startswith("policykit/") else f"policykit/_share/{name}") not in inside}
    assert tracked and not missing
    assert not [name for name in inside if name.endswith((".pkl", ".joblib", ".pickle"))]


def test_wheel_reads_its_own_policies_from_anywhere(installed, tmp_path):
    told = subprocess.run([sys.executable, "-m", "policykit", "build", str(installed / "policykit" / "_share" / "data" / "policies"), "-o", "c.duckdb"],
                          cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(installed)}, capture_output=True, text=True)
    assert told.returncode == 0 and "5 added" in told.stdout, told.stderr
