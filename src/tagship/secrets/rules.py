"""The table of what is looked for: one row per kind of credential."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rule:
    """One kind of credential; `prefix` is the fixed text it begins with, which a preview may show.

    A credential that people make up has no beginning of its own: its prefix is the word before it.
    """

    id: str
    what: str
    prefix: str


INDEX_TOKEN = Rule("index-token", "a token of a package index", "pypi-")
ENCODED_INDEX_TOKEN = Rule("encoded-index-token", "a token of a package index in base64", "")
GITHUB_PERSONAL = Rule("github-personal-token", "a personal access token of GitHub", "ghp_")
GITHUB_OAUTH = Rule("github-oauth-token", "an OAuth token of GitHub", "gho_")
GITHUB_USER = Rule("github-user-token", "a user-to-server token of GitHub", "ghu_")
GITHUB_SERVER = Rule("github-server-token", "a server-to-server token of GitHub", "ghs_")
GITHUB_REFRESH = Rule("github-refresh-token", "a refresh token of GitHub", "ghr_")
GITHUB_FINE_GRAINED = Rule("github-fine-grained-token", "a fine-grained access token of GitHub", "github_pat_")
GITLAB_TOKEN = Rule("gitlab-token", "an access token of GitLab", "glpat-")
GITLAB_DEPLOY = Rule("gitlab-deploy-token", "a deploy token of GitLab", "gldt-")
NPM_TOKEN = Rule("npm-token", "a token of the npm registry", "npm_")
AWS_KEY = Rule("aws-access-key", "an access key of Amazon Web Services, with its secret", "AKIA")
SLACK_TOKEN = Rule("slack-token", "a token of Slack", "xox")
SLACK_WEBHOOK = Rule("slack-webhook", "a webhook of Slack", "https://hooks.slack.com/services/")
URL_PASSWORD = Rule("url-password", "a password in an address", "://")
PRIVATE_KEY = Rule("private-key", "a private key", "-----BEGIN ")
PYPIRC_PASSWORD = Rule("pypirc-password", "a password for a package index", "password")
NETRC_PASSWORD = Rule("netrc-password", "a password for a server", "password")
NPMRC_TOKEN = Rule("npmrc-token", "a token for an npm registry", "_authToken")
ENV_SECRET = Rule("env-secret", "a secret among a program's settings", "")
KEY_STORE = Rule("key-store", "a file of private keys", "")

RULES = (
    INDEX_TOKEN,
    ENCODED_INDEX_TOKEN,
    GITHUB_PERSONAL,
    GITHUB_OAUTH,
    GITHUB_USER,
    GITHUB_SERVER,
    GITHUB_REFRESH,
    GITHUB_FINE_GRAINED,
    GITLAB_TOKEN,
    GITLAB_DEPLOY,
    NPM_TOKEN,
    AWS_KEY,
    SLACK_TOKEN,
    SLACK_WEBHOOK,
    URL_PASSWORD,
    PRIVATE_KEY,
    # Found in files by what they are called, after everything that is found anywhere.
    PYPIRC_PASSWORD,
    NETRC_PASSWORD,
    NPMRC_TOKEN,
    ENV_SECRET,
    KEY_STORE,
)
