"""Imports point down: a module imports only modules of a lower layer, or of its own where the layer says so."""

import ast
from pathlib import Path

import policykit

HOME = Path(policykit.__file__).parent
LAYERS = [
    {"rows", "text", "literals", "files", "deadline", "versions", "watch"},
    {"matching"},
    {"entries"},
    {"rulefiles"},
    {"rules", "dates", "names", "contacts", "regime", "sdk_names", "sdk_lists", "blocks", "headings", "decoding", "ngrams", "pdf_lines"},
    {"law", "scope", "mentions", "sdk_columns", "fact_patterns", "furniture"},
    {"markup", "pdf", "word", "doubts", "linear"},
    {"webpage"},
    {"read", "units"},
    {"wrapping"},
    {"layout"},
    {"contents", "looks", "parts"},
    {"siblings", "survey"},
    {"outline"},
    {"leads"},
    {"structure"},
    {"align", "actors", "negations", "answers", "passages"},
    {"inherited"},
    {"listed", "namings", "advice", "questions", "phrases"},
    {"verdicts"},
    {"asides", "bystanders", "claims", "definitions", "denials"},
    {"languages", "surroundings", "clausemodel", "judge", "sdk_tables"},
    {"sdk_mentions"},
    {"sdk_blocks"},
    {"sdk_data"},
    {"topics", "practices", "facts", "sdks"},
    {"body", "faults", "reach", "signs"},
    {"evidence"},
    {"references", "contradictions", "bilingual"},
    {"disagreements", "gaps"},
    {"compliance", "defects", "store", "train"},
    {"annotations", "classifier", "outcomes"},
    {"corpus", "evaluate_topics", "evaluate_languages"},
    {"build", "export"},
    {"compare", "terms", "evaluate", "explain", "bench"},
    {"overlap", "charts"},
    {"display", "outputs"},
    {"explorer", "page", "cover", "controls", "intake", "changes"},
    {"report"},
    {"__init__", "__main__"},
]


def imports(path: Path) -> set[str]:
    """The modules of the package that a module imports, wherever in the file."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module == "policykit":
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("policykit."):
            found.add(node.module.split(".")[1])
        elif isinstance(node, ast.Import):
            found |= {alias.name.split(".")[1] for alias in node.names if alias.name.startswith("policykit.")}
    return found


def test_imports_point_down():
    layer = {module: number for number, modules in enumerate(LAYERS) for module in modules}
    unknown = {path.stem for path in HOME.glob("*.py")} - set(layer)
    assert not unknown, f"give {sorted(unknown)} a layer in LAYERS"
    wrong = [
        f"{path.stem} (layer {layer[path.stem]}) imports {name} (layer {layer[name]})"
        for path in HOME.glob("*.py") for name in imports(path) & set(layer)
        if layer[name] >= layer[path.stem] and name != path.stem
    ]
    assert not wrong, "\n".join(wrong)
