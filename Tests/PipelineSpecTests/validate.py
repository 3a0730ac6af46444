"""Checks the committed schemas against fixtures with python-jsonschema: an independent validator.

Usage: python validate.py ROOT. Scalars are resolved by the core schema of YAML 1.2, not PyYAML's 1.1.
"""
import json, pathlib, re, sys
import jsonschema, yaml


class Core(yaml.SafeLoader):
    pass


Core.yaml_implicit_resolvers = {}
for tag, pattern, first in (
        ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
        ("null", r"~|null|Null|NULL|", "~nN\0"),
        ("int", r"[-+]?[0-9]+", "-+0123456789"),
        ("float", r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", "-+.0123456789")):
    Core.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(f"^(?:{pattern})$"), list(first) if first else None)
Core.add_constructor("tag:yaml.org,2002:float", lambda loader, node: float(node.value))
Core.add_constructor("tag:yaml.org,2002:int", lambda loader, node: int(node.value))

root = pathlib.Path(sys.argv[1])
fixtures = root / "Tests/PipelineSpecTests/Fixtures"
schemas = {name: json.loads((root / f"Schemas/v1/{name}.schema.json").read_text()) for name in ("pipeline", "ntuple")}
for schema in schemas.values():
    jsonschema.Draft7Validator.check_schema(schema)
bad = []


def errors(path):
    kind = "ntuple" if path.name.endswith(".ntuple.yaml") else "pipeline"
    return [e.message for e in jsonschema.Draft7Validator(schemas[kind]).iter_errors(yaml.load(path.read_text(), Core))]


valid = [fixtures / "pipeline.yaml", *fixtures.glob("**/*.ntuple.yaml"), *(root / "Schemas/v1").glob("*.ntuple.yaml"),
         *(root / "Pipelines").glob("dimuon/*.yaml")]
for path in valid:
    for message in errors(path):
        bad.append(f"{path.name}: should be valid: {message}")
# Faults that the shape of the file shows; the others need several keys, the ntuple's columns, or YAML itself.
for name in ("missing-title", "misspelt-key", "wrong-type-of-seed", "wrong-unit-of-luminosity", "quantity-without-unit",
             "list", "many-mistakes"):
    if not errors(fixtures / f"broken/{name}.yaml"):
        bad.append(f"{name}: should not be valid")
print("\n".join(bad) or f"{len(valid)} valid files, all as expected")
sys.exit(bool(bad))
