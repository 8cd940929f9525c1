import pytest

from checks.asking import cannot_tell, finds, passes, skips
from checks.releases import a_broken_wheel, a_release_sdist, a_release_wheel, released
from tagship.checks.scripts import ScriptsHaveTheirModules
from tagship.domain.distribution import Distribution

CORE = ("handmade/__init__.py", "handmade/core.py", "handmade/cli/__init__.py", "handmade/parts/one.py", "handy.py")
INFO = "handmade-1.2.0.dist-info"


def commanding(target: str, *paths: str, group: str = "console_scripts") -> Distribution:
    """A wheel with one command."""
    name = f"{INFO}/entry_points.txt"
    return a_release_wheel(*CORE, *paths, name, texts={name: f"[{group}]\nhandmade = {target}\n"})


@pytest.mark.parametrize(
    "target",
    ["handmade:main", "handmade.core:main", "handmade.cli:main", "handmade.parts.one:x.y", "handmade.parts:main",
     "handy:main", "another.module:main", "handmade.core : main [fast]"],
)  # fmt: skip
def test_a_command_that_leads_somewhere(target: str) -> None:
    passes(ScriptsHaveTheirModules(), released(commanding(target)))


@pytest.mark.parametrize("group", ["console_scripts", "gui_scripts"])
@pytest.mark.parametrize("target", ["handmade.main:main", "handmade.cli.main:main", "handmade.cor:main"])
def test_a_command_that_leads_nowhere(target: str, group: str) -> None:
    (finding,) = finds(ScriptsHaveTheirModules(), released(commanding(target, group=group)))

    assert target.partition(":")[0] in finding.message


def test_a_command_that_a_compiled_module_has() -> None:
    extension = "handmade/fast.cpython-312-x86_64-linux-gnu.so"

    passes(ScriptsHaveTheirModules(), released(commanding("handmade.fast:main", extension)))


def test_a_namespace_in_which_another_project_has_the_module() -> None:
    name = f"{INFO}/entry_points.txt"
    wheel = a_release_wheel(
        "space/handmade/__init__.py", name, texts={name: "[console_scripts]\nx = space.other.cli:main\n"}
    )

    passes(ScriptsHaveTheirModules(), released(wheel))


def test_other_entry_points_are_for_those_who_read_them() -> None:
    passes(ScriptsHaveTheirModules(), released(commanding("handmade.none:x", group="handmade.plugins")))


def test_nothing_to_look_at() -> None:
    skips(ScriptsHaveTheirModules(), released(a_release_sdist(*CORE)))
    cannot_tell(ScriptsHaveTheirModules(), released(a_broken_wheel()))
    cannot_tell(ScriptsHaveTheirModules(), released(a_release_wheel(*CORE, f"{INFO}/entry_points.txt")))
