from adapters.backends.trees import backed_by, project_of, sighted


def test_a_dynamic_version_is_none_that_uv_build_takes() -> None:
    project = project_of({"pyproject.toml": backed_by("uv_build", "uv_build>=0.8,<1")})

    assert sighted(project) == (None, "backend", None, None)
    assert "uv_build" in (project.version_unknown or "")
