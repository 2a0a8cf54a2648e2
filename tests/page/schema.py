# SPDX-License-Identifier: GPL-3.0-or-later
"""As much of JSON Schema 2020-12 as openapi.json uses; what it does not know
is an error."""

import re

KNOWN = {"type", "properties", "required", "enum", "const", "items", "oneOf",
         "prefixItems", "minItems", "maxItems", "additionalProperties",
         "pattern", "minimum", "maximum", "minLength", "maxLength", "format",
         "description", "examples", "default", "$ref"}

TYPES = {
    "object": lambda x: isinstance(x, dict),
    "array": lambda x: isinstance(x, list),
    "string": lambda x: isinstance(x, str),
    "boolean": lambda x: isinstance(x, bool),
    "null": lambda x: x is None,
    "integer": lambda x: isinstance(x, int) and not isinstance(x, bool),
    "number": lambda x: isinstance(x, (int, float))
    and not isinstance(x, bool),
}


def resolve(root, reference):
    """What REFERENCE, "#/...", points to."""
    at = root
    for part in reference.removeprefix("#/").split("/"):
        at = at[part.replace("~1", "/").replace("~0", "~")]
    return at


def faults(root, schema, value, where="$"):
    """What is wrong with VALUE, in words."""
    if not set(schema) <= KNOWN:
        return [f"{where}: unknown keywords {set(schema) - KNOWN}"]
    found = []
    if "$ref" in schema:
        found += faults(root, resolve(root, schema["$ref"]), value, where)
    wanted = schema.get("type", list(TYPES))
    wanted = [wanted] if isinstance(wanted, str) else wanted
    if not any(TYPES[word](value) for word in wanted):
        return found + [f"{where}: {value!r} is not of type {wanted}"]
    if "enum" in schema and value not in schema["enum"]:
        found.append(f"{where}: {value!r} is not one of {schema['enum']}")
    if "const" in schema and value != schema["const"]:
        found.append(f"{where}: {value!r} is not {schema['const']!r}")
    if "oneOf" in schema:
        tried = [faults(root, one, value, where) for one in schema["oneOf"]]
        if sum(not one for one in tried) != 1:
            found += min(tried, key=len) or [f"{where}: fits several"]
    if isinstance(value, str) and "pattern" in schema:
        if not re.search(schema["pattern"], value):
            found.append(f"{where}: {value!r} is not {schema['pattern']}")
    if isinstance(value, dict):
        found += [f"{where}.{name} is missing"
                  for name in schema.get("required", ())
                  if name not in value]
        rest = schema.get("additionalProperties", {})
        for name, member in value.items():
            if rest is False and name not in schema.get("properties", {}):
                found.append(f"{where}.{name} must not be there")
                continue
            found += faults(root, schema.get("properties", {}).get(name, rest),
                            member, f"{where}.{name}")
    if isinstance(value, list):
        first = schema.get("prefixItems", [])
        for i, member in enumerate(value):
            one = first[i] if i < len(first) else schema.get("items", {})
            found += faults(root, one, member, f"{where}[{i}]")
        if not schema.get("minItems", 0) <= len(value) <= schema.get(
                "maxItems", len(value)):
            found.append(f"{where}: {len(value)} items")
    return found
