"""Workers that end when their parent does."""

import os
import threading
import time


def end_with_parent(parent: int) -> None:
    """End this process soon after its parent `parent` (a process id) has died, however it died."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1.0)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
