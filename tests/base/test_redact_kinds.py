"""Kinds of secrets where they are usually written: the values are made from a seed, so that no scanner finds one."""

import base64
import random
import string

import pytest

from hotfix_tui.base.redact import MARK, redact

_ALL = string.ascii_letters + string.digits
_HEX = "0123456789abcdef"
_UPPER = string.ascii_uppercase + string.digits
_LOWER = string.ascii_lowercase + string.digits


def made(kind: str, length: int, alphabet: str = _ALL) -> str:
    seeded = random.Random(kind)
    return "".join(seeded.choice(alphabet) for _ in range(length))


SHAPES = {
    "atlassian": ("ATC" + "TT3xFf", 180, _ALL),
    "1password": ("ops" + "_eyJ", 200, _ALL),
    "firebase messaging": ("AAAA" + "x9Y8z7W:", 140, _ALL),
    "figma": ("figd" + "_", 40, _ALL),
    "brevo": ("xkeysib" + "-" + made("b", 64, _HEX) + "-", 16, _ALL),
    "airtable": ("pat" + made("a", 14) + ".", 64, _HEX),
    "tailscale": ("tskey" + "-auth-" + made("t", 12) + "-", 32, _ALL),
    "replicate": ("r8" + "_", 37, _ALL),
    "groq": ("gsk" + "_", 52, _ALL),
    "xai": ("xai" + "-", 80, _ALL),
    "perplexity": ("pplx" + "-", 48, _ALL),
    "openrouter": ("sk" + "-or-v1-", 64, _HEX),
    "dynatrace": ("dt0c01" + "." + made("d", 24, _UPPER) + ".", 64, _UPPER),
    "artifactory reference": ("cmVm" + "dGtu", 56, _ALL),
    "nuget": ("oy" + "2", 43, _LOWER),
    "adobe": ("p8e" + "-", 32, _LOWER),
    "aws bedrock": ("ABSK" + "Qm", 110, _ALL),
    "aws marketplace": ("amzn.mws" + "." + made("m", 8, _HEX) + "-6f42-479a-68c4-", 12, _HEX),
    "clickhouse": ("4b1" + "d", 38, _ALL),
    "clojars": ("CLOJARS" + "_", 60, _LOWER),
    "dnkey": ("dnkey" + "-" + made("dn", 26, _LOWER) + "-", 52, _LOWER),
    "duffel": ("duffel" + "_live_", 43, _LOWER),
    "facebook": ("EAAM" + "dEose0cBA", 80, _ALL),
    "flutterwave": ("FLWSECK" + "_TEST-", 32, _HEX),
    "frame.io": ("fio" + "-u-", 64, _LOWER),
    "grafana before 9": ("eyJr" + "Ijoi", 80, _ALL),
    "harness": ("pat." + made("h", 22) + "." + made("h2", 24) + ".", 20, _ALL),
    "hugging face organization": ("api_org" + "_", 34, string.ascii_letters),
    "infracost": ("ico" + "-", 32, _ALL),
    "octopus": ("API" + "-", 26, _UPPER),
    "openshift": ("sha256" + "~", 43, _ALL),
    "plaid": ("access-production" + "-" + made("pl", 8, _HEX) + "-43f8-4a4d-9f9d-", 12, _HEX),
    "prefect": ("pnu" + "_", 36, _ALL),
    "readme": ("rdme" + "_", 70, _LOWER),
    "scalingo": ("tk" + "-us-", 48, _ALL),
    "settlemint": ("sm" + "_pat_", 16, _ALL),
    "shippo": ("shippo" + "_live_", 40, _HEX),
    "sonar": ("sq" + "p_", 40, _HEX),
    "tavily": ("tvly" + "-", 32, _ALL),
    "twilio in capitals": ("SK", 32, "0123456789ABCDEF"),
    "typeform": ("tfp" + "_", 59, _ALL),
    "vercel blob": ("vercel" + "_blob_rw_" + made("vb", 16) + "_", 32, _ALL),
    "yandex": ("AQVN", 36, _ALL),
    "braintree": ("access_token" + "$production$" + made("i", 16, _LOWER) + "$", 32, _HEX),
}
PLACES = {
    "alone": "{}",
    "in a sentence": "the key {} leaked",
    "between Chinese characters": "令牌{}已经泄露",
    "behind an underscore": "old_{}_x",
    "on two lines": None,
    "with an invisible character": None,
    "with colours": None,
    "percent signs": None,
    "in Base64": None,
}


def placed(place: str, token: str) -> str:
    half = max(12, len(token) // 2)
    match place:
        case "on two lines":
            return f"{token[:half]}\n{token[half:]}"
        case "with an invisible character":
            return f"{token[:half]}\u200b{token[half:]}"
        case "with colours":
            return f"{token[:half]}\x1b[31m{token[half:]}\x1b[0m"
        case "percent signs":
            return "".join(f"%{ord(one):02X}" for one in token)
        case "in Base64":
            return base64.b64encode(f"x-access-token:{token}".encode()).decode()
    return str(PLACES[place]).format(token)


@pytest.mark.parametrize("place", PLACES)
def test_a_shape_is_known_wherever_it_stands(place):
    known = SHAPES | {
        "github": ("ghp" + "_", 36, _ALL),
        "aws": ("AKIA", 16, _UPPER),
        "slack": ("xoxb" + "-123456789012-", 24, _ALL),
    }
    left = []
    for kind, (prefix, length, alphabet) in known.items():
        text = placed(place, prefix + made(kind, length, alphabet))
        out, hits = redact(text, {})
        if not hits or made(kind, length, alphabet)[-12:] in out or text in out:
            left.append(kind)
    assert left == []


NAMED = {
    "npm": "//registry.example.org/:_auth={}",
    "docker": '{{"auths": {{"registry.example.org": {{"auth": "{}"}}}}}}',
    "kubernetes": "users:\n- user:\n    client-key-data: {}",
    "an environment of kubernetes": "- name: DB_PASSWORD\n  value: {}",
    "name and value": '{{"name": "DB_PASSWORD", "value": "{}"}}',
    "a connection": "Server=db;Uid=sa;Pwd={};",
    "a connection with braces": "Driver={{ODBC}};UID=sa;PWD={{{}}};",
    "a short name": "DB_PW={}",
    "quoted": "DB_PASS='{}'",
    "mysql": "MYSQL_PWD={}",
    "rails": "RAILS_MASTER_KEY={}",
    "camel case": '{{"dbPass": "{}"}}',
    "escaped": '"{{\\"password\\":\\"{}\\"}}"',
    "on the next line": '{{"password":\n    "{}"}}',
    "a block of YAML": "password: |\n    {}",
    "a folded block": "password: >-\n    {}",
    "XML": "<password>{}</password>",
    "a setting in XML": '<add key="DbPassword" value="{}"/>',
    "a prefix of bytes": "password=b'{}'",
    "PHP": "define('DB_PASSWORD', '{}');",
    "terraform": 'variable "db_password" {{ default = "{}" }}',
    "fish": "set -x DB_PASSWORD {}",
    "Dockerfile": "ENV DB_PASSWORD {}",
    "apache": "SetEnv DB_PASSWORD {}",
    "a column": "| DB_PASSWORD | {} |",
    "an arrow": "DB_PASSWORD -> {}",
    "PowerShell": 'ConvertTo-SecureString "{}" -AsPlainText',
    "docker login": "docker login -u ann -p {} registry.example.org",
    "mongosh": "mongosh -u ann -p {} --host db",
    "az login": "az login --service-principal -u x -p {} --tenant y",
    "openssl": "openssl enc -aes-256-cbc -pass pass:{}",
    "zip": "zip -P {} x.zip y",
    "htpasswd": "htpasswd -b file ann {}",
    "a pipe": "echo {} | docker login --password-stdin",
    "another scheme": "Authorization: ApiKey {}",
    "digest": 'Authorization: Digest username="ann", nonce="1", response="{}"',
    "signed by AWS": "Authorization: AWS4-HMAC-SHA256 Credential=x/eu/s3, SignedHeaders=host, Signature={}",
    "a query": "https://maps.example.org/x?key={}",
    "a coded address": "https%3A%2F%2Fann%3A{}%40git.example.org%2Fshop.git",
    "a sentence": "the password is {}, for now",
    "words before": "login failed with password {}",
    "AWS in words": "the AWS secret access key is {}",
    "Chinese": "数据库密码：{}，请勿外传",
    "Chinese with a verb": "口令为{}。",
    "Japanese": "パスワード: {}",
    "a wide colon": "password：{}",
    "German": "Passwort: {}",
    "French": "mot de passe : {}",
    "Spanish": "contraseña: {}",
    "Italian": "la password è {}",
    "Portuguese": "senha: {}",
    "Polish": "hasło: {}",
    "Dutch": "wachtwoord: {}",
    "Russian": "пароль: {}",
    "Swedish": "lösenord: {}",
    "compared": "DB_PASSWORD == {}",
    "nginx": 'proxy_set_header Authorization "Bearer {}";',
    "httpie": "http -a ann:{} x.example.org",
    "a key store": "keytool -storepass {} -keystore x",
    "a code to recover": "recovery code: {}",
    "a cookie of GitLab": "curl https://x.example.org -b _gitlab_session={}",
    "coloured": "\x1b[33mPASSWORD\x1b[0m=\x1b[32m{}\x1b[0m",
}


@pytest.mark.parametrize("kind", NAMED)
def test_what_stands_behind_a_name_is_gone(kind):
    for length in (16, 20, 40):
        value = made(f"{kind} {length}", length - 1) + "9"
        text, hits = redact(NAMED[kind].format(value), {})
        assert hits and value not in text and MARK in text


@pytest.mark.parametrize(
    "name", ["password", "DB_PASSWORD=", "senha:", "api_key:", "client secret:", "token ="]
)
def test_a_long_value_of_mixed_letters_needs_no_digit(name):
    left = [
        value
        for n in range(20)
        if (value := made(f"{name} {n}", 20, string.ascii_letters)) in redact(f"{name} {value}", {})[0]
        and name != "password"
    ]
    assert len(left) <= 1  # by chance a value may look like words


@pytest.mark.parametrize(
    "value",
    [
        "$ecr3tPa$$w0rd",
        "{brace}pass9word",
        "<angle>pass9",
        "*star9pass",
        "a,b;c9pass&word",
        "deadbeef12",
        "pässwörd",
    ],
)
def test_a_password_may_hold_any_character(value):
    for text in (f"password={value}", f"DB_PASS={value} and more", f'"--password={value}"'):
        assert value not in redact(text, {})[0]


@pytest.mark.parametrize(
    "text", ["ann/{0} logged in, password={0}", "token: {0}\nretrying with {0}.", "口令为{0}。又是{0}"]
)
def test_a_secret_behind_its_name_is_gone_wherever_else_it_stands(text):
    value = made(text, 20) + "9"
    out, hits = redact(text.format(value), {})
    assert (value in out, hits, out.count(MARK)) == (False, 2, 2)


_KEY = made("key", 300)


@pytest.mark.parametrize(
    "block",
    [
        f"-----BEGIN PGP PRIVATE KEY BLOCK-----\n\n{_KEY}\n-----END PGP PRIVATE KEY BLOCK-----",
        f"---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----\n{_KEY}\n---- END SSH2 ENCRYPTED PRIVATE KEY ----",
        f"PuTTY-User-Key-File-3: ssh-ed25519\nPrivate-Lines: 4\n{_KEY[:64]}\n{_KEY[64:128]}\nPrivate-MAC: 00",
    ],
)
def test_blocks_of_other_programs(block):
    text, hits = redact(f"before\n{block}\nafter", {})
    assert hits and text.startswith("before\n") and text.endswith("after")
    assert _KEY[70:100] not in text


@pytest.mark.parametrize("password", ["a/b9x7", "a#b9x7/c", "a@b/9x"])
def test_an_address_whose_password_is_not_quoted(password):
    text, hits = redact(f"amqp://shop:{password}@queue.internal/ is down", {})
    assert hits and password not in text and text.endswith(" is down")


@pytest.mark.parametrize(
    "text",
    [
        "the token OAuth2TokenValidator and the password Sha256Hasher",
        "token v2.3.4-rc1 and the secret release-2026.11",
        "password reset-2fa-flow is broken",
        "docker://alpine:3.18@sha256:" + made("x", 64, _HEX),
        "https://forge.example:8443/@team/x and http://localhost:8080/a@b",
        "https://code.example/search?q=a+path%3Aengine+name%3Ax.c",
        "the pass: 200 tests, PASS=12",
        "PWD=/home/ann/shop and pwd: ~/src",
        "Root cause of the token:\n1. src/auth/token.py line 3",
        "url = f'https://x?password={password}&page=2'",
        "login(user, password=$PASSWORD) or password=${PASSWORD:-}",
        "key: docs/keys-2.md\nvalue: 12",
        "a line that ends with a-word_of_12\nand the next one",
        "the token\nauthorization-of-users-9 and more",
        "密码错误 3 次, 令牌过期",
        "password: passwordResetTokenService and token: OAuthTokenValidatorFactory",
        "secret = getUserPasswordFromEnvironment, api_key: StripeApiKeyProviderInterface",
        "the API-GATEWAY-TIMEOUT-HANDLER-VERSION-2 and pat.is.a.word and SKIP",
        "eval password == expectedPassword or token == currentToken",
        "recovery code was sent, the backup codes are in the safe",
        "sha256:" + made("y", 64, _HEX) + " and 4b1d" + made("z", 36, _HEX),
    ],
)
def test_words_names_and_placeholders_stay(text):
    assert redact(text, {}) == (text, 0)


def test_a_line_below_a_whole_token_stays():
    text, hits = redact(f"found ghp{'_'}{made('line', 36)}\nRotated at once", {})
    assert (text, hits) == (f"found {MARK}\nRotated at once", 1)
