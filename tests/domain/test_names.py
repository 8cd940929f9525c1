"""The names of projects: what `packaging.utils` says of them, without all that it loads."""

import string

import packaging.utils
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagship.domain.names import InvalidName, canonicalize_name

NAMES = st.text(string.ascii_letters + string.digits + "-_.", max_size=12)


@given(NAMES | st.text(max_size=6))
def test_names_are_spelt_as_the_reference_spells_them(name: str) -> None:
    assert canonicalize_name(name) == packaging.utils.canonicalize_name(name)


@given(NAMES | st.text(max_size=6))
def test_what_is_no_name_is_none_for_the_reference_either(name: str) -> None:
    try:
        packaging.utils.canonicalize_name(name, validate=True)
    except packaging.utils.InvalidName:
        with pytest.raises(InvalidName, match="no name of a project"):
            canonicalize_name(name, validate=True)
    else:
        assert canonicalize_name(name, validate=True) == packaging.utils.canonicalize_name(name)
