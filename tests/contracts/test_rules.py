"""Every scenario of a suite states the rule that it checks, with its evidence."""

import ast
from pathlib import Path

import pytest

SUITES = Path(__file__).parents[2] / "contract_tests/mockvoice_contracts/suites"
LEVELS = ("Documented: ", "Observed: ", "Assumed: ")


def scenarios(vendor):
    """Yield each test function of a suite that is not generated, with the name of its module."""
    for file in sorted(SUITES.joinpath(vendor).rglob("test_*.py")):
        tree = ast.parse(file.read_text("utf-8"))
        marks = "assumed" if "pytestmark = pytest.mark.assumed" in ast.unparse(tree) else ""
        for node in tree.body:
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                yield f"{file.stem}::{node.name}", node, marks


def rule_of(function):
    for decorator in function.decorator_list:
        if isinstance(decorator, ast.Call) and ast.unparse(decorator.func) == "rule":
            keywords = {
                keyword.arg: ast.literal_eval(keyword.value) for keyword in decorator.keywords
            }
            return ast.literal_eval(decorator.args[0]), keywords["source"]
    return None


@pytest.mark.parametrize(
    "vendor", sorted(p.name for p in SUITES.iterdir() if p.joinpath("auth.py").is_file())
)
def test_every_scenario_states_its_rule_and_its_evidence(vendor):
    problems = []
    for name, function, module_marks in scenarios(vendor):
        rule = rule_of(function)
        if rule is None:
            problems.append(f"{name} has no rule")
            continue
        sentence, source = rule
        decorators = [ast.unparse(decorator) for decorator in function.decorator_list]
        assumed = "pytest.mark.assumed" in decorators or module_marks == "assumed"
        parameters = {argument.arg for argument in function.args.args}
        if not sentence.endswith(".") or len(sentence) > 200:
            problems.append(f"{name}: the rule must be a short sentence")
        if not source.startswith(LEVELS) or source.strip() in map(str.strip, LEVELS):
            problems.append(f"{name}: the source must begin with one of {', '.join(LEVELS)}")
        if source.startswith("Assumed: ") != assumed:
            problems.append(f"{name}: the source and the marker assumed contradict each other")
        if names := {part.partition("}")[0] for part in sentence.split("{")[1:]} - parameters:
            problems.append(f"{name}: {', '.join(sorted(names))} is not a parameter of the test")

    assert problems == []
