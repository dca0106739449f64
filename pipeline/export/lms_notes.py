"""What uploaders should know of six learning systems: which of our formats first, and what to choose there.

Each note says whether it rests on the vendor's documentation or on a run of the system itself (`is_verified`); what is
general knowledge only is shown as not verified. Systems change: a note is a hint, the system's own help is the word.
"""

from __future__ import annotations

from typing import NamedTuple


class Note(NamedTuple):
    """One thing to know or to choose."""

    text: str
    formats: tuple[str, ...] = ()
    """The formats it is about; empty for all of them."""
    is_verified: bool = True


class System(NamedTuple):
    """One learning system."""

    name: str
    courses: tuple[str, ...]
    """Formats for a whole course that it takes, best first."""
    questions: tuple[str, ...]
    """Formats for its question banks, best first."""
    notes: tuple[Note, ...]
    others: tuple[str, ...] = ()
    """What it takes as well and is not named first for: for one story, or a standard that it follows in part."""

    def takes(self, format_name: str) -> bool:
        """Whether we know it to take the format, best or not."""
        return format_name in (*self.courses, *self.questions, *self.others)


_SCORM = ("scorm12", "scorm2004", "scorm2004-3")
_SCORM_2004 = ("scorm2004", "scorm2004-3")
_H5P = ("h5p", "h5p-questions", "h5p-scenario")
_QTI = ("qti21", "qti22", "qti30")

SYSTEMS = (
    System(
        "Moodle", ("scorm12", "h5p", "commoncartridge"), ("moodlexml", "gift", "aiken", "h5p-questions"),
        (
            Note("What we say of Moodle was checked with version 4.5."),
            Note(
                "Add an activity “SCORM package” and upload the zip as it is. With a test Moodle sets passed or failed "
                "by the pass mark in the package.", _SCORM,
            ),
            Note(
                "Grading method: highest grade; maximum grade: 100. Activity completion: require the status “Passed” "
                "where there is a test, else “Completed”.", _SCORM,
                is_verified=False,
            ),
            Note("Moodle follows SCORM 2004 in part only: prefer SCORM 1.2.", _SCORM_2004),
            Note("Moodle itself has no cmi5: it needs a plugin. Prefer SCORM 1.2.", ("cmi5",)),
            Note("Moodle imports no QTI: take Moodle XML.", _QTI),
            Note("Question bank, Import, “Moodle XML format”; the category in the file is kept.", ("moodlexml",)),
            Note("Question bank, Import, “GIFT format”; Moodle XML keeps more.", ("gift",)),
            Note("Question bank, Import, “Aiken format”; it brings no feedback, Moodle XML does.", ("aiken",)),
            Note("Restore the file as a course backup. Moodle restores cartridges up to 1.1.", ("commoncartridge",)),
            Note("Moodle does not restore 1.3: take Common Cartridge 1.1.", ("commoncartridge13",)),
            Note("Content bank, Upload. The H5P content types must be installed on the site.", _H5P),
        ),
        ("scorm2004-3", "scorm2004", "h5p-scenario"),
    ),
    System(
        "Docebo", ("scorm12", "scorm2004-3"), ("gift",),
        (
            Note(
                "Docebo keeps to the 4,096 characters of saved progress of SCORM 1.2; the package stays within them.",
                ("scorm12",),
            ),
            Note("Docebo takes SCORM 2004 up to the 3rd edition.", ("scorm2004",)),
            Note("Docebo follows no sequencing rules; the package needs none beyond its pass mark.", _SCORM_2004),
            Note("Docebo refuses packages with files of servers, such as .php or .py: there are none.", _SCORM),
            Note("At most 1,000 questions a file; categories are not taken over.", ("gift",)),
            Note("Docebo takes cmi5 through its xAPI support.", ("cmi5",), is_verified=False),
        ),
        ("cmi5",),
    ),
    System(
        "Cornerstone", ("scorm12", "scorm2004", "cmi5"), (),
        (
            Note("The list of formats is from general knowledge.", is_verified=False),
            Note("Keep the title short and in plain Latin letters.", is_verified=False),
            Note("cmi5 is played by the Rustici engine built in.", ("cmi5",), is_verified=False),
            Note("Question banks come in by Cornerstone's own CSV, which we do not write.", is_verified=False),
        ),
    ),
    System(
        "SAP SuccessFactors", ("scorm12", "scorm2004"), (),
        (
            Note(
                "SuccessFactors answers a part of the SCORM calls, which its guide lists: try the package on a test "
                "system first.", _SCORM,
            ),
            Note(
                "Content may lie on another host than the system (iContent): every link in the package is relative.",
                _SCORM, is_verified=False,
            ),
        ),
    ),
    System(
        "Canvas", ("commoncartridge13", "commoncartridge", "scorm12"), ("qti21",),
        (
            Note(
                "SCORM is played by the SCORM app (LTI), which an administrator adds to the account.", _SCORM,
                is_verified=False,
            ),
            Note("Canvas takes no cmi5.", ("cmi5",)),
            Note("Settings, Import Course Content, “Common Cartridge 1.x Package”.", ("commoncartridge13",),
                 is_verified=False),
            Note("Settings, Import Course Content, “QTI .zip file”.", ("qti21",), is_verified=False),
            Note(
                "New Quizzes show some questions otherwise than Classic Quizzes: look at them before learners do.",
                ("qti21",),
            ),
            Note(
                "Where learners type a text, Canvas's importer takes the first right answer alone (correctResponse): "
                "others that the package accepts are lost. Add them to the question in Canvas.", ("qti21",),
            ),
            Note("Canvas imports QTI 1.2 and 2.1: take QTI 2.1.", ("qti22", "qti30")),
        ),
    ),
    System(
        "Brightspace", ("scorm12", "commoncartridge13"), ("qti21",),
        (
            Note("The list of formats is from general knowledge.", is_verified=False),
            Note("Course Admin, Import/Export/Copy Components, import the file.",
                 ("commoncartridge13", "qti21"), is_verified=False),
            Note("Grades: let the score of the package make a grade item if it is to count.", _SCORM,
                 is_verified=False),
        ),
    ),
)

COURSES = (*_SCORM, "cmi5")
"""Formats that report to the system themselves."""
STORIES = ("h5p-scenario",)
"""Formats of a story alone."""
PARTS = ("commoncartridge", "commoncartridge13", *_H5P)
"""Formats of pages and quizzes that the system plays and scores itself."""
QUESTIONS = ("moodlexml", "gift", "aiken", *_QTI)
"""Formats of questions alone."""


def is_for_lms(format_name: str) -> bool:
    """Whether somebody uploads the format to a learning system."""
    return format_name in (*COURSES, *PARTS, *QUESTIONS)


def notes_on(system: System, format_name: str) -> tuple[Note, ...]:
    """What to know of the system with that format."""
    return tuple(one for one in system.notes if not one.formats or format_name in one.formats)
