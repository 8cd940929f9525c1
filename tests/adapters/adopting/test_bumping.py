"""Other tools' configuration, in the words of tagship."""

import pytest

from tagship.adapters.adopting.bumping import predecessors
from trees import Files

VERSION = "(?P<version>[^\\s\"']+)"
SEMANTIC = """\
[tool.semantic_release]
tag_format = "rel-{version}"
commit_message = "chore(release): {version}\\n\\nAutomatically generated"
version_variables = ["src/a.py:__version__", "gone.py:__version__", "no-colon"]
build_command = "make"
[tool.semantic_release.branches.main]
match = "trunk"
[tool.semantic_release.changelog.default_templates]
changelog_file = "NEWS.md"
"""
BUMP = """\
[tool.bumpversion]
tag = true
tag_name = "{new_version}"
message = "Bump version: {current_version} to {new_version}"
parse = "x"
pre_commit_hooks = ["x"]
[[tool.bumpversion.files]]
filename = "src/a.py"
search = '__version__ = "{current_version}"'
[[tool.bumpversion.files]]
filename = "VERSION"
[[tool.bumpversion.files]]
filename = "pyproject.toml"
[[tool.bumpversion.files]]
filename = "other.py"
regex = true
"""
INI = """\
[bumpversion]
current_version = 1.0.0
tag = True
tag_name = v{new_version}
message = Release {new_version}

[bumpversion:file (one):src/a.py]
search = __version__ = "{current_version}"
"""
COMMITIZEN = """\
[tool.commitizen]
tag_format = "v$major.$minor.$patch$prerelease"
version_files = ["src/a.py:__version__", "VERSION"]
bump_message = "bump $new_version"
changelog_file = "NEWS.md"
"""
TBUMP = """\
[tool.tbump.git]
tag_template = "v{new_version}"
message_template = "Bump to {new_version}"
[[tool.tbump.file]]
src = "src/a.py"
[[tool.tbump.before_commit]]
name = "x"
"""
ZEST = """\
[zest.releaser]
tag-format = v{version}
history-file = NEWS.md
python-file-with-version = src/a.py
"""
PLEASE = '{"packages": {".": {"changelog-path": "NEWS.md", "include-component-in-tag": false}}}'
FILES = {"src/a.py": '__version__ = "1.0.0"\n', "VERSION": "1.0.0\n", "NEWS.md": "# News\n", "other.py": "1.0.0"}
AFTER_NAME = {"path": "src/a.py", "pattern": rf"__version__\s*[:=]+\s*[\"']?{VERSION}"}


@pytest.mark.parametrize(
    ("files", "tool", "translated"),
    [
        (
            {"pyproject.toml": SEMANTIC},
            "python-semantic-release",
            {
                "tag": "rel-{version}",
                "changelog": "NEWS.md",
                "message": "chore(release): {version}",
                "branch": "trunk",
                "version-files": [AFTER_NAME],
            },
        ),
        (
            {"pyproject.toml": BUMP},
            "bump-my-version",
            {
                "tag": "{version}",
                "version-files": [
                    {"path": "src/a.py", "pattern": rf'__version__\ =\ "{VERSION}"'},
                    "VERSION",
                ],
            },
        ),
        (
            {".bumpversion.cfg": INI},
            "bump2version",
            {
                "tag": "v{version}",
                "message": "Release {version}",
                "version-files": [{"path": "src/a.py", "pattern": rf'__version__\ =\ "{VERSION}"'}],
            },
        ),
        ({"setup.cfg": "[bumpversion]\ntag = False\ntag_name = x{new_version}\n"}, "bump2version", {}),
        (
            {"pyproject.toml": COMMITIZEN},
            "commitizen",
            {
                "tag": "v{version}",
                "changelog": "NEWS.md",
                "message": "bump {version}",
                "version-files": [AFTER_NAME, "VERSION"],
            },
        ),
        ({".cz.json": '{"commitizen": {"tag_format": "v${version}"}}'}, "commitizen", {"tag": "v{version}"}),
        (
            {"pyproject.toml": TBUMP},
            "tbump",
            {"tag": "v{version}", "message": "Bump to {version}", "version-files": ["src/a.py"]},
        ),
        (
            {"setup.cfg": ZEST},
            "zest.releaser",
            {"tag": "v{version}", "changelog": "NEWS.md", "version-files": ["src/a.py"]},
        ),
        ({"pyproject.toml": "[tool.zest-releaser]\ntag-format = '{version}'\n"}, "zest.releaser", {"tag": "{version}"}),
        (
            {"towncrier.toml": '[tool.towncrier]\nfilename = "NEWS.md"\n'},
            "towncrier",
            {"bump": "fragments", "changelog": "NEWS.md"},
        ),
        (
            {"release-please-config.json": PLEASE},
            "release-please",
            {"bump": "release-pr", "tag": "v{version}", "changelog": "NEWS.md"},
        ),
        (
            {"release-please-config.json": '{"packages": {"a": {}, "b": {}}}'},
            "release-please",
            {"bump": "release-pr"},
        ),
        ({".releaserc": '{"tagFormat": "${version}"}'}, "semantic-release", {"tag": "{version}"}),
    ],
)
def test_what_means_the_same_is_translated(files: dict[str, str], tool: str, translated: dict[str, object]) -> None:
    (found,) = predecessors(Files({**FILES, **files}))

    assert found.tool == tool
    assert dict(found.translated) == translated
    assert found.path in files
    assert found.replaces
    assert all(not each.endswith(".") for each in (*found.replaces, *found.leaves))


@pytest.mark.parametrize(
    "files",
    [
        {},
        {"pyproject.toml": '[tool.commitizen]\nname = "cz_conventional_commits"\n'},
        {"pyproject.toml": "broken ["},
        {"setup.cfg": "broken\n"},
        {"release-please-config.json": "{", ".releaserc": "branches: yaml\n"},
        {"pyproject.toml": "[tool]\nsemantic_release = 1\n"},
    ],
)
def test_what_tells_nothing(files: dict[str, str]) -> None:
    assert predecessors(Files(files)) == ()


@pytest.mark.parametrize("spelt", ["{version}-{build}", "v {version}", "v1", "{version}{version}"])
def test_tags_that_are_spelt_in_another_way_are_left(spelt: str) -> None:
    (found,) = predecessors(Files({"pyproject.toml": f'[tool.semantic_release]\ntag_format = "{spelt}"\n'}))

    assert "tag" not in found.translated


def test_the_line_of_a_table_is_told() -> None:
    (found,) = predecessors(Files({"pyproject.toml": "[project]\n\n[tool.towncrier]\nx = 1\n"}))

    assert (found.path, found.line) == ("pyproject.toml", 3)


SAYS = "Bump version: {current_version} to {new_version}"


@pytest.mark.parametrize(
    ("files", "lost"),
    [
        ({"pyproject.toml": SEMANTIC}, ['commit_message = "chore(release): {version} Automatically generated"']),
        (
            {"pyproject.toml": '[tool.semantic_release]\ncommit_message = "{version} of {name}"\n'},
            ['commit_message = "{version} of {name}"'],
        ),
        ({"pyproject.toml": '[tool.semantic_release]\ncommit_message = "To {version}\\n"\n'}, []),
        ({"pyproject.toml": BUMP}, [f'message = "{SAYS}"']),
        (
            {".bumpversion.cfg": INI.replace("Release {new_version}", f"{SAYS}\ntag_message = Now {{new_version}}")},
            [f'message = "{SAYS}"', 'tag_message = "Now {new_version}"'],
        ),
        ({".bumpversion.cfg": INI}, []),
        ({"pyproject.toml": COMMITIZEN}, []),
        (
            {
                "pyproject.toml": COMMITIZEN.replace("bump $new", "$current_version to $new")
                + 'annotated_tag_message = "Now"\n'
            },
            ['bump_message = "$current_version to $new_version"', 'annotated_tag_message = "Now"'],
        ),
        ({"pyproject.toml": TBUMP}, []),
        (
            {"pyproject.toml": TBUMP.replace("Bump to {new_version}", SAYS)},
            [f'message_template = "{SAYS}"'],
        ),
        ({"setup.cfg": ZEST}, []),
        ({"setup.cfg": f"{ZEST}tag-message = Tagging {{version}}\n"}, ['tag-message = "Tagging {version}"']),
        ({"release-please-config.json": PLEASE}, []),
        (
            {
                "release-please-config.json": PLEASE.replace(
                    "{", '{"pull-request-title-pattern": "chore: ${version}", ', 1
                )
            },
            ['pull-request-title-pattern = "chore: ${version}"'],
        ),
    ],
)
def test_what_was_to_be_said_and_is_not_from_now_on(files: dict[str, str], lost: list[str]) -> None:
    (found,) = predecessors(Files({**FILES, **files}))

    assert list(found.lost) == lost
