import pytest

from tagship.adapters.remote_address import repository_of


@pytest.mark.parametrize(
    "url",
    [
        "https://github.com/owner/project",
        "https://github.com/owner/project.git",
        "https://github.com/owner/project/",
        "https://x-access-token:abc@github.com/owner/project.git",
        "https://www.github.com/owner/project",
        "https://GitHub.com/owner/project\n",
        "http://github.com/owner/project",
        "git@github.com:owner/project.git",
        "github.com:owner/project",
        "git@github.com:/owner/project.git",
        "ssh://git@github.com/owner/project.git",
        "ssh://git@github.com:22/owner/project.git",
        "ssh://git@ssh.github.com:443/owner/project.git",
        "git+ssh://git@github.com/owner/project",
        "git://github.com/owner/project.git",
    ],
)
def test_a_remote_on_github_is_recognised(url: str) -> None:
    assert repository_of(url) == ("owner", "project")


@pytest.mark.parametrize(
    "url",
    [
        "",
        "/srv/github.com/owner/project.git",
        "../project",
        "file:///github.com/owner/project",
        "C:\\github.com\\owner\\project",
        "C:/owner/project",
        "https://gitlab.com/owner/project",
        "https://github.com.evil.example/owner/project",
        "https://evil.example/github.com/owner/project",
        "https://github.com@evil.example/owner/project",
        "git@evil.example:github.com/owner/project",
        "https://github.com/owner",
        "https://github.com/owner/project/tree/main",
        "https://github.com/owner/pro ject",
        "https://github.com/../..",
        "https://[github.com/owner/project",
    ],
)
def test_another_remote_is_not(url: str) -> None:
    assert repository_of(url) is None
