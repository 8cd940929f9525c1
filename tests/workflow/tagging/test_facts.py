"""What the gate may ask of a tag that is not made yet."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from cli.saying import publish
from cli.tagging import TAG, VERSION, Scene, ready_to_tag, scene_of
from repositories import PYPROJECT_SCM, add_section, set_version
from tagship.checks import GATE
from tagship.domain.finding import Outcome
from tagship.errors import UsageError
from tagship.workflow.steps.prove import Patience
from tagship.workflow.tagging.facts import AFTER_ALL_THERE_IS, NOT_MADE_YET
from tagship.workflow.tagging.gating import GateAhead, checks_ahead
from tagship.workflow.tagging.place import TaggingPlace
from tagship.workflow.tagging.steps import Tagging

pytestmark = pytest.mark.slow


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    with scene_of(ready_to_tag(tmp_path / "handmade")) as made:
        made.hosted = False
        yield made


def test_the_tag_to_come_stands_on_head(scene: Scene) -> None:
    with scene.place() as place:
        tag = place.facts.tag

        assert (tag.name, tag.commit, tag.object_name) == (TAG, scene.head, NOT_MADE_YET)
        assert tag.annotated
        assert tag.tagged_at == AFTER_ALL_THERE_IS
        assert place.facts.project.name == "handmade"
        assert place.facts.standing.on_main


def test_a_tag_that_is_there_is_the_one(scene: Scene) -> None:
    scene.repo.tag(TAG)
    with scene.place() as place:
        assert place.facts.tag == place.facts.tags[TAG]


def test_a_tag_elsewhere_is_not(scene: Scene) -> None:
    scene.repo.tag(TAG)
    scene.repo.commit()
    with scene.place() as place:
        assert place.facts.tag.commit == scene.head


def test_a_tag_on_head_is_no_answer_where_the_project_has_a_version(scene: Scene) -> None:
    scene.repo.tag("v0.9.0")
    with scene.place() as place:
        assert place.facts.tag_name == TAG


def test_where_the_tag_is_the_version_the_one_on_head_is_gone_on_with(scene: Scene) -> None:
    scene.repo.commit({"pyproject.toml": PYPROJECT_SCM})
    with scene.place() as place, pytest.raises(UsageError, match="say which version"):
        assert place.facts.tag_name
    scene.repo.tag("v1.4.0")
    with scene.place() as place:
        assert place.facts.tag_name == "v1.4.0"


def test_a_version_under_development_is_not_tagged_unasked(scene: Scene) -> None:
    set_version(scene.repo, "1.1.0.dev0")
    scene.repo.commit()
    with scene.place() as place, pytest.raises(UsageError, match="under development") as refused:
        assert place.facts.tag_name
    assert str(refused.value.remedy) == "tagship prepare 1.1.0"


@pytest.mark.parametrize("asked", [VERSION, TAG, f"refs/tags/{TAG}"])
def test_a_tag_is_asked_for_by_its_name_or_its_version(scene: Scene, asked: str) -> None:
    with scene.place(asked) as place:
        assert place.facts.tag_name == TAG


def test_a_job_for_another_tag_does_not_say_which_is_meant(scene: Scene) -> None:
    scene.environ |= {"GITHUB_REF_TYPE": "tag", "GITHUB_REF_NAME": "v0.1.0"}
    with scene.place() as place:
        assert place.facts.tag_name == TAG


def test_a_project_in_a_subdirectory(scene: Scene) -> None:
    scene.repo.commit({"sub/pyproject.toml": (scene.repo.path / "pyproject.toml").read_text("utf-8")})
    scene.repo.push("main")
    with scene.place(inside="sub") as place:
        assert place.facts.tag_name == TAG
        assert place.facts.project.version_source.path == "sub/pyproject.toml"


def test_every_check_of_the_gate_but_those_that_need_the_tag() -> None:
    left_out = {check.id for check in GATE} - {check.id for check in checks_ahead(made=False)}

    assert left_out == {"tag-exists", "tag-is-annotated", "tag-is-pushed", "tag-has-not-moved"}
    assert left_out - {check.id for check in checks_ahead(made=True)} == {"tag-is-pushed", "tag-has-not-moved"}


def examine(place: TaggingPlace) -> dict[str, Outcome]:
    steps = Tagging(place, Silent(), patience=Patience(0.0))
    report = GateAhead(place, steps.circumstances, lambda _: None, Patience(0.0)).examine()
    return {verdict.id: verdict.outcome for verdict in report.verdicts}


class Silent:
    """An onlooker who says nothing."""

    def stage_started(self, name: str, does: str) -> None: ...

    def stage_put_off(self, name: str) -> None: ...

    def stage_finished(self, result: object) -> None: ...

    def note(self, text: str) -> None: ...


def test_a_file_on_the_index_is_older_than_any_tag_to_come(scene: Scene) -> None:
    publish(scene.index, scene.repo, VERSION)
    with scene.place() as place:
        assert examine(place)["version-is-free"] is Outcome.FAILED


def test_nothing_of_the_working_tree_counts(scene: Scene) -> None:
    set_version(scene.repo, "9.9.9")
    add_section(scene.repo, "9.9.9")
    with scene.place() as place:
        outcomes = examine(place)

        assert place.facts.tag_name == TAG
        assert Outcome.FAILED not in outcomes.values()


def test_a_version_that_only_the_backend_knows_is_asked_for_at_the_commit(scene: Scene) -> None:
    """There is no tag yet that a copy of the commit could keep."""
    backend = (
        '[build-system]\nrequires = []\nbuild-backend = "own"\nbackend-path = ["."]\n'
        '[project]\nname = "handmade"\ndynamic = ["version"]\n'
    )
    own = (
        "import os\n"
        "def prepare_metadata_for_build_wheel(directory, config_settings=None):\n"
        "    info = os.path.join(directory, 'handmade-1.0.0.dist-info')\n"
        "    os.mkdir(info)\n"
        "    with open(os.path.join(info, 'METADATA'), 'w') as file:\n"
        "        file.write('Metadata-Version: 2.1\\nName: handmade\\nVersion: 1.0.0\\n')\n"
        "    return 'handmade-1.0.0.dist-info'\n"
    )
    scene.repo.commit({"pyproject.toml": backend, "own.py": own})
    scene.repo.push("main")
    with scene.place(VERSION) as place:
        assert str(place.facts.project.version) == VERSION
