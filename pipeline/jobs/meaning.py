"""The digest of what a module means: of its syntax tree, not of its bytes."""

import ast
import hashlib

Node = ast.Import | ast.ImportFrom | ast.Constant


def meaning(tree: ast.Module) -> tuple[str, list[Node]]:
    """Return the digest of a syntax tree, and its imports and constants.

    Docstrings, `pass`, comments and layout do not count, and every version of Python gives the same digest.
    """
    tokens: list[str] = []
    nodes = _write(tree, tokens)
    return hashlib.sha256("\n".join(tokens).encode("ascii")).hexdigest()[:16], nodes


def _write(node: ast.AST, tokens: list[str]) -> list[Node]:
    """Append a node's tokens and return its imports and constants; empty fields vary with Python and are skipped."""
    seen = [node] if isinstance(node, Node) else []
    tokens.append(type(node).__name__)
    for field in node._fields:
        value = getattr(node, field, None)
        parts = [part for part in value if not _is_idle(part, node)] if isinstance(value, list) else [value]
        if value is None or not parts or field == "kind":  # the kind tells u"" from ""
            continue
        tokens.append(f".{field} {len(parts)}" if isinstance(value, list) else f".{field}")
        for part in parts:
            if isinstance(part, ast.AST):
                seen += _write(part, tokens)
            else:
                tokens.append(ascii(part))  # repr depends on a version's list of printable characters
    tokens.append(")")
    return seen


def _is_idle(part: object, node: ast.AST) -> bool:
    """Return whether a part of a node does nothing: a docstring, `pass`, or an f-string's empty text."""
    if isinstance(part, ast.Expr):
        return isinstance(part.value, ast.Constant) and isinstance(part.value.value, str)
    empty = isinstance(part, ast.Constant) and part.value == ""
    return isinstance(part, ast.Pass) or (empty and isinstance(node, ast.JoinedStr))  # as Python 3.12 has after {width}
