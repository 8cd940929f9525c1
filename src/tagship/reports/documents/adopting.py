"""The document of a project's adoption."""

from tagship.domain.setup import Detail, NextStep, SetFile, SetUp
from tagship.reports.documents.writing import Document, remedy_document


def init_document(setup: SetUp) -> Document:
    """`tagship-init/1`: what was found out, the state of every generated file, and what is left to a person."""
    adoption = setup.adoption
    return {
        "schema": "tagship-init/1",
        "host": adoption.host.value,
        "repository": adoption.repository,
        "main": adoption.main,
        "auth": adoption.auth.value,
        "bump": adoption.way.value,
        "environment": adoption.environment,
        "publish_with": adoption.publisher.value,
        "pinned": adoption.pins.of.isoformat(),
        "packages": [
            {
                "name": package.name,
                "path": package.path,
                "tag": package.tag.text,
                "backend": package.backend,
                "compiled": None
                if package.native is None
                else {"sign": package.native.sign, "path": package.native.path},
                "requires_python": package.requires_python,
                "changelog": package.changelog,
            }
            for package in adoption.packages
        ],
        "tests": None
        if adoption.tests is None
        else {
            "tool": adoption.tests.tool,
            "install": [list(words) for words in adoption.tests.install],
            "command": list(adoption.tests.command),
            "pythons": list(adoption.tests.pythons),
        },
        "tested_by": list(adoption.tested_by),
        "predecessors": [
            {
                "tool": each.tool,
                "path": each.path,
                "line": each.line,
                "replaces": list(each.replaces),
                "leaves": list(each.leaves),
            }
            for each in adoption.predecessors
        ],
        "detected": [_detail(detail) for detail in setup.details],
        "written": setup.is_written,
        "files": [_file(file) for file in setup.files],
        "next": [_step(step) for step in setup.next],
    }


def _detail(detail: Detail) -> Document:
    return {"name": detail.name, "value": detail.value, "told_by": detail.told_by}


def _file(file: SetFile) -> Document:
    return {
        "path": file.path,
        "state": file.state.value,
        "purpose": file.purpose,
        "reason": file.reason,
        "edited": [{"block": block.name, "line": block.line} for block in file.edited],
    }


def _step(step: NextStep) -> Document:
    return {"does": step.does, "remedy": remedy_document(step.remedy), "values": dict(step.values)}
