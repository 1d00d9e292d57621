"""PDF files that are rendered at the same time, in several threads, use the same fonts."""

import random
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

from mockvoice import fonts

SIZE = 12
LETTERS = "áéíóúñçÅÆØßğřšžЖяλπ€½①ăĕĭŏŭẽỹǻǽǿ" + "".join(map(chr, range(0x1E00, 0x1EF0)))


def document(seed: int) -> bytes:
    """Return a PDF file with composed letters, whose parts the font finds by position."""
    from io import BytesIO

    from reportlab.lib.styles import getSampleStyleSheet
    from reportlab.platypus import Paragraph, SimpleDocTemplate

    letters = "".join(random.Random(seed).choices(LETTERS, k=200))
    style = fonts.style(getSampleStyleSheet()["Normal"])
    output = BytesIO()
    SimpleDocTemplate(output, invariant=1).build([Paragraph(fonts.markup(letters), style)])
    return output.getvalue()


def test_documents_that_are_rendered_at_the_same_time_are_complete():
    alone = [document(seed) for seed in range(SIZE)]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(document, [*range(SIZE)] * 6))

    assert together == alone * 6


def test_the_table_of_colours_is_complete_before_the_first_document():
    """The library fills it at the first use, and a thread that looks at it meanwhile sees a part."""
    script = (
        "from mockvoice import fonts\n"
        "from reportlab.lib import colors\n"
        "assert colors._namedColors is None\n"
        "fonts.markup('a')\n"
        "assert colors._namedColors['black'] is colors.black\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )

    assert result.returncode == 0, result.stderr
