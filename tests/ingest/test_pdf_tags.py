from __future__ import annotations

from pathlib import Path

from pipeline.ingest import read_document
from tests.ingest.raw_pdf import marked, raw_pdf, said
from tests.ingest.specimens import shown


def tagged(path: Path, contents: str, elements: list[str], *, objects: dict[int, str] | None = None) -> Path:
    """A page whose tree of tags has those elements, as the bodies of their dictionaries."""
    numbers = [70 + at for at in range(len(elements))]
    root = " ".join(f"{number} 0 R" for number in numbers)
    return raw_pdf(
        path, [contents], catalog="/MarkInfo << /Marked true >> /StructTreeRoot 50 0 R",
        objects={
            50: f"<< /Type /StructTreeRoot /K [{root}] /ParentTree 51 0 R >>",
            51: "<< /Nums [0 52 0 R] >>",
            52: f"[{' '.join(_owners(elements))}]",
            **{
                number: f"<< /Type /StructElem /P 50 0 R /Pg 100 0 R {body} >>"
                for number, body in zip(numbers, elements, strict=True)
            },
            **(objects or {}),
        },
    )


def _owners(elements: list[str]) -> list[str]:
    return [f"{70 + at} 0 R" for at, body in enumerate(elements) if "/K " in body and "[" not in body]


def test_tags_name_headings_that_look_like_text(tmp_path: Path) -> None:
    page = marked(0, "H1", said("Stopping the press")) + marked(1, "P", said("Press the red button.", top=114))
    page += marked(2, "H2", said("Why", top=128)) + marked(3, "P", said("It saves hands.", top=142))
    path = tagged(tmp_path / "a.pdf", page, ["/S /H1 /K 0", "/S /P /K 1", "/S /H2 /K 2", "/S /P /K 3"])
    assert shown(read_document(path)) == [
        "h1 Stopping the press", "¶ Press the red button.", "h2 Why", "¶ It saves hands.",
    ]


def test_a_tagged_paragraph_is_whole_whatever_its_lines_look_like(tmp_path: Path) -> None:
    page = marked(0, "P", said("One sentence ends.") + said("Another begins.", top=114, left=90))
    page += marked(1, "P", said("The next paragraph.", top=128))
    path = tagged(tmp_path / "a.pdf", page, ["/S /P /K 0", "/S /P /K 1"])
    assert shown(read_document(path)) == ["¶ One sentence ends. Another begins.", "¶ The next paragraph."]


def test_paragraph_tags_on_every_line_are_not_believed(tmp_path: Path) -> None:
    lines = ["Before anyone opens the guard the machine has to be", "stopped and locked, and the tank has to be",
             "relieved of its pressure, which takes some forty", "seconds with the valve fully open."]
    page = "".join(marked(at, "P", said(line, top=100 + 14 * at)) for at, line in enumerate(lines))
    path = tagged(tmp_path / "a.pdf", page, [f"/S /P /K {at}" for at in range(4)])
    assert shown(read_document(path)) == [f"¶ {' '.join(lines)}"]


def test_tags_name_the_cells_of_a_table_that_has_no_rules(tmp_path: Path) -> None:
    cells = [("Air", 100, 72), ("6 bar", 100, 200), ("Power", 114, 72), ("400 V", 114, 200)]
    page = "".join(
        marked(at, "TD", said(text, top=top, left=left)) for at, (text, top, left) in enumerate(cells)
    )
    path = tagged(
        tmp_path / "a.pdf", page, ["/S /Table /K [80 0 R 81 0 R]"],
        objects={
            52: "[82 0 R 83 0 R 84 0 R 85 0 R]",
            80: "<< /Type /StructElem /S /TR /P 70 0 R /K [82 0 R 83 0 R] >>",
            81: "<< /Type /StructElem /S /TR /P 70 0 R /K [84 0 R 85 0 R] >>",
            **{
                82 + at: f"<< /Type /StructElem /S /TD /P {80 + at // 2} 0 R /Pg 100 0 R /K {at} >>" for at in range(4)
            },
        },
    )
    assert read_document(path).blocks[0].rows == (("Air", "6 bar"), ("Power", "400 V"))


def test_what_the_file_calls_decoration_is_furniture(tmp_path: Path) -> None:
    page = "/Artifact BMC\n" + said("Confidential", top=300) + "EMC\n" + marked(0, "P", said("Press the red button."))
    path = tagged(tmp_path / "a.pdf", page, ["/S /P /K 0"])
    assert shown(read_document(path)) == ["furniture Confidential", "¶ Press the red button."]


def test_a_figure_has_the_description_of_its_tag(tmp_path: Path) -> None:
    image = "BI /W 2 /H 2 /BPC 8 /CS /G ID aZbY EI"
    page = marked(0, "Figure", f"q 200 0 0 150 72 500 cm {image} Q\n") + marked(1, "P", said("Press the red button."))
    path = tagged(tmp_path / "a.pdf", page, ["/S /Figure /Alt (A red button) /K 0", "/S /P /K 1"])
    (figure,) = [block for block in read_document(path).blocks if block.kind == "figure"]
    assert figure.alt == "A red button"
