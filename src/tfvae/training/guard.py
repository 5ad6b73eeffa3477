"""Scripts that start processes: each process imports the script again, which must not come to the same line."""

import ast
import inspect
import sys
from pathlib import Path

from tfvae.errors import Refused


def refuse_without_guard(function: str) -> None:
    """Refuse to start processes for `function` from a script that calls it without `if __name__ == "__main__":`.

    Raises:
        Refused: naming the script and the line.
    """
    main = vars(sys.modules["__main__"])
    frame = inspect.currentframe()
    while frame is not None and (frame.f_globals is not main or frame.f_code.co_name != "<module>"):
        frame = frame.f_back
    path = Path(main.get("__file__") or "")
    if frame is None or not path.is_file():  # another thread, or a session that has no script
        return
    line = frame.f_lineno
    for statement in ast.parse(path.read_bytes()).body:
        is_guard = isinstance(statement, ast.If) and "__name__" in ast.unparse(statement.test)
        if statement.lineno <= line <= (statement.end_lineno or line) and not is_guard:
            raise Refused(
                f"{function} starts processes, and each of them would run the script that calls it from its beginning: "
                'put the call, and what is not to be done again, under `if __name__ == "__main__":`. '
                f"Received: {path}, line {line}"
            )
