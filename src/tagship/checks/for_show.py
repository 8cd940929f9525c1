"""By what a credential that nobody uses is known: where it lies, and of which kind it is."""

import re

MADE_FOR_TESTS = frozenset({
    "private-key", "key-store", "pypirc-password", "netrc-password", "npmrc-token", "env-secret",
    "url-password",
})  # fmt: skip
"""The rules of what tests make up for themselves; a token proves by its form that somebody issued it."""
FOR_SHOW = frozenset({
    "test", "tests", "testing", "testdata", "testcase", "testcases", "testsuite", "testserver", "testutils", "unittest",
    "unittests", "demo", "demos", "dummy", "dummies", "dummyserver", "example", "examples", "sample", "samples",
    "fixture", "fixtures", "mock", "mocks", "fake", "fakes", "selftest", "selftests",
})  # fmt: skip
"""Words in the names of directories that hold nothing in earnest."""
TEST_FILE = re.compile(r"test_.*|.*_test\..*|tests\.py|conftest\.py")
"""Names of files, in lower case, that test runners look for; they hold keys to test with, wherever they lie."""
WORD = re.compile(r"[a-z]+")
