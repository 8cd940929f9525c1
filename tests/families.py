"""Packages of one repository, given by hand."""

from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version

from tagship.domain.packages import Demand, Family, Member
from tagship.domain.version import TagTemplate
from tagship.errors import InFile


def a_demand(text: str, extra: str | None = None) -> Demand:
    name = text.rstrip("0123456789.,<>=! ")
    where = InFile("packages/some/pyproject.toml", 7)
    return Demand(canonicalize_name(name), SpecifierSet(text.removeprefix(name)), text, where, extra)


def a_member(name: str, version: str | None, *demands: Demand, private: bool = False) -> Member:
    known, template = None if version is None else Version(version), TagTemplate(f"{name}-v{{version}}")
    return Member(canonicalize_name(name), f"packages/{name}", known, template, demands, private)


def a_family(*members: Member) -> Family:
    return Family({member.name: member for member in members})
