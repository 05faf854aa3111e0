"""A valid request body for an operation of the API, made from its own description."""

from typing import Any


def _resolve(document: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    if "$ref" not in schema:
        return schema
    found: dict[str, Any] = document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
    return found


def _example(document: dict[str, Any], schema: dict[str, Any]) -> Any:
    schema = _resolve(document, schema)
    if "enum" in schema:
        return schema["enum"][0]
    kind = schema.get("type", "string")
    kind = kind[0] if isinstance(kind, list) else kind
    if kind == "object":
        wanted = schema.get("required", [])
        return {name: _example(document, schema["properties"][name]) for name in wanted}
    if kind == "array":
        return [_example(document, schema.get("items", {})) for _ in range(schema.get("minItems", 1))]
    if kind in {"integer", "number"}:
        return schema.get("minimum", 1)
    if kind == "boolean":
        return False
    if schema.get("format") == "date":
        return "2026-11-01"
    return "测" * max(1, schema.get("minLength", 1))


def example_body(document: dict[str, Any], rule: str, method: str) -> Any:
    """Return a JSON body with every required property, or None where no JSON body is taken."""
    path = rule.replace("<", "{").replace(">", "}")
    operation = document["paths"].get(path, {}).get(method.lower(), {})
    content = operation.get("requestBody", {}).get("content", {}).get("application/json")
    return _example(document, content["schema"]) if content else None
