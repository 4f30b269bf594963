import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent))

from built_in import run  # noqa: E402
from references import REFERENCES, library_of  # noqa: E402

run(REFERENCES, library_of)
