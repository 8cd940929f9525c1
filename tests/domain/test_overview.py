from tagship.domain.overview import Stage


def test_a_version_comes_along_in_this_order() -> None:
    assert [stage.value for stage in Stage] == ["untagged", "tagged", "pushed", "partial", "published", "unknown"]
