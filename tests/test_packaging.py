"""What an installation needs is said in two files, which agree."""

import re
import tomllib

import yaml

from conftest import ROOT

# names that differ between PyPI and conda-forge, and what conda-forge does not have
CONDA_NAME = {"duckdb": "python-duckdb", "pyahocorasick": "pyahocorasick", "dask": "dask-core", "distributed": "distributed"}
ONLY_PYPI = {"opencc", "playwright", "reportlab", "fpdf2", "pypdfium2"}


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
