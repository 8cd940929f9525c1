from dataclasses import replace
from pathlib import Path

from packaging.version import Version

from servers.handmade import make_wheel
from tagship.adapters.manifests import artifact_of, write_manifest
from tagship.domain.artifact import Manifest
from tagship.domain.built import Expected
from tagship.domain.config import Config
from tagship.workflow.built import Built


def test_what_was_built_and_what_else_lies_there(tmp_path: Path) -> None:
    dist = tmp_path / "dist"
    dist.mkdir()
    wheel = artifact_of(make_wheel(dist, version="1.0.0"))
    gone = replace(wheel, filename="handmade-1.0.0.tar.gz")
    write_manifest(dist, Manifest("handmade", "1.0.0", "v1.0.0", "0" * 40, 1, {}, (wheel, gone)))
    (dist / "SHA256SUMS").write_text("", encoding="utf-8")

    facts = Built(dist, Config(), expect=lambda: None)

    assert facts.manifest is not None
    assert facts.manifest.files == (wheel, gone)
    assert facts.expected == Expected("handmade", Version("1.0.0"), "v1.0.0")
    assert [each.artifact for each in facts.distributions] == [wheel]
    assert facts.strangers == ("SHA256SUMS",)


def test_files_without_a_manifest_are_all_examined(tmp_path: Path) -> None:
    wheel = artifact_of(make_wheel(tmp_path, version="1.0.0"))

    facts = Built(tmp_path, Config(), expect=lambda: Expected("handmade"))

    assert facts.manifest is None
    assert facts.expected == Expected("handmade")
    assert [each.artifact for each in facts.distributions] == [wheel]
