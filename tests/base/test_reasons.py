# ruff: noqa: E501
"""The line of an output that gives the reason: what programs print last, and how they mark what matters."""

import pytest

from hotfix_tui.base.reasons import Cause, reason, why

OUTPUTS = {
    "vercel build": (
        (
            "Vercel CLI 64.0.2\n"
            "Retrieving project…\n"
            "Deploying acme/shop\n"
            "\x1b[2KUploading [====] (1.2KB/1.2KB)\n"
            "Inspect: https://vercel.com/acme/shop/AbC [1s]\n"
            "Queued\n"
            "Building\n"
            'Error: Command "npm run build" exited with 1\n'
            "{\n"
            '  "status": "error",\n'
            '  "reason": "deploy_failed",\n'
            '  "message": "Command \\"npm run build\\" exited with 1",\n'
            '  "next": [\n'
            '    {"command": "vercel logs"}\n'
            "  ]\n"
            "}\n"
        ),
        'Command "npm run build" exited with 1',
        Cause.OTHER,
    ),
    "vercel login": (
        (
            "Vercel CLI 64.0.2\n"
            'Error: No existing credentials found. Please run `vercel login` or pass "--token"\n'
            "Learn More: https://err.sh/vercel/no-credentials-found\n"
            "    at Client.x (file:///usr/lib/a.js:1:2)\n"
            "    at process.processTicksAndRejections (node:internal/process/task_queues:105:5)\n"
        ),
        "No existing credentials found",
        Cause.LOGIN,
    ),
    "vercel net": (
        (
            "Vercel CLI 64\n"
            "Error: request to https://api.vercel.com/v2/user failed, reason: getaddrinfo ENOTFOUND api.vercel.com\n"
            "    at ClientRequest.<anonymous> (/x/y.js:1:2)\n"
            "    at process.processTicksAndRejections (node:internal/process/task_queues:105:5)\n"
        ),
        "getaddrinfo ENOTFOUND api.vercel.com",
        Cause.NETWORK,
    ),
    "netlify build": (
        (
            "────\n"
            "  Netlify Build\n"
            "────\n"
            "\u200b\n"
            "❯ Version\n"
            "  @netlify/build 35\n"
            "$ npm run build\n"
            "sh: 1: vite: not found\n"
            "\u200b\n"
            '"build.command" failed\n'
            "────\n"
            "\u200b\n"
            "  Error message\n"
            "  Command failed with exit code 127: npm run build (https://ntl.fyi/exit-code-127)\n"
            "\u200b\n"
            "  Error location\n"
            "  In Build command from Netlify app:\n"
            "  npm run build\n"
            " ›   Error: Error while running build\n"
        ),
        "vite: not found",
        Cause.PROGRAM,
    ),
    "netlify unauth": (
        " ›   Error: Unauthorized: could not retrieve project\n",
        "Unauthorized: could not retrieve project",
        Cause.LOGIN,
    ),
    "netlify locked": (
        (
            "Deploying to main site URL...\n"
            ' ›   Error: Deployments are "locked" for production context of this project\n'
            " ›   To publish anyway: netlify deploy --prod-if-unlocked\n"
        ),
        'Deployments are "locked"',
        Cause.LOCKED,
    ),
    "wrangler dep": (
        (
            "\n"
            " ⛅️ wrangler 4.164.0\n"
            "───────────────────\n"
            "▲ [WARNING] x is deprecated\n"
            "\n"
            '✘ [ERROR] Could not resolve "hono"\n'
            "\n"
            "    src/index.js:1:21:\n"
            "      1 │ import { Hono } from 'hono';\n"
            "        ╵                      ~~~~~~\n"
            "\n"
            "✘ [ERROR] Build failed with 1 error:\n"
            "\n"
            '  ✘ [ERROR] Could not resolve "hono"\n'
            "\n"
            '🪵  Logs were written to "/home/x/wrangler.log"\n'
        ),
        'Could not resolve "hono"',
        Cause.PROGRAM,
    ),
    "wrangler auth": (
        (
            "✘ [ERROR] A request to the Cloudflare API (/accounts/x/workers/scripts/shop) failed.\n"
            "\n"
            "  Authentication error [code: 10000]\n"
            "\n"
            "  📎 It looks like you are authenticating Wrangler via a custom API token\n"
            '🪵  Logs were written to "/x"\n'
        ),
        "Authentication error [code: 10000]",
        Cause.LOGIN,
    ),
    "wrangler token": (
        (
            "✘ [ERROR] In a non-interactive environment, it's necessary to set a CLOUDFLARE_API_TOKEN environment variable for wrangler to work.\n"
            "\n"
            '🪵  Logs were written to "/x"\n'
        ),
        "necessary to set a CLOUDFLARE_API_TOKEN",
        Cause.LOGIN,
    ),
    "wrangler size": (
        (
            "\x1b[31m✘ \x1b[41;31m[\x1b[41;97mERROR\x1b[41;31m]\x1b[0m \x1b[1mYour Worker failed validation because it exceeded size limits.\x1b[0m\n"
            "\n"
            "  - Your Worker exceeded the size limit of 3 MiB. Please upgrade to a paid plan\n"
            '🪵  Logs were written to "/x"\n'
        ),
        "exceeded size limits",
        Cause.SIZE,
    ),
    "wrangler net": (
        ("✘ [ERROR] fetch failed\n\n🪵  Logs were written to x\n"),
        "fetch failed",
        Cause.NETWORK,
    ),
    "eb deploy": (
        (
            'Creating application version archive "app-1".\n'
            "Uploading: [#####] 100% Done...\n"
            "2026-05-01 12:00:00    INFO    Environment update is starting.      \n"
            "2026-05-01 12:00:10    ERROR   Instance deployment failed. For details, see 'eb-engine.log'.\n"
            "2026-05-01 12:00:12    ERROR   [Instance: i-0] Command failed on instance. Return code: 1\n"
            "2026-05-01 12:00:14    ERROR   Failed to deploy application.                       \n"
            "                                \n"
            "\x1b[31mERROR: ServiceError - Failed to deploy application.\x1b[0m\n"
            "\x1b[0m\n"
        ),
        "Instance deployment failed.",
        Cause.OTHER,
    ),
    "eb auth": (
        (
            "\x1b[31mERROR: NotAuthorizedError - Operation Denied. The security token included in the request is invalid.\x1b[0m\n"
            "\x1b[0m"
        ),
        "The security token included in the request is invalid",
        Cause.LOGIN,
    ),
    "eb creds": (
        (
            "\x1b[31mERROR: The current user does not have the correct permissions. Reason: Operation Denied. Unable to locate credentials\x1b[0m\n"
            "\x1b[0m\n"
        ),
        "Unable to locate credentials",
        Cause.LOGIN,
    ),
    "eb updating": (
        (
            "\x1b[31mERROR: InvalidStateError - Environment named shop-prod is in an invalid state for this operation. Must be Ready.\x1b[0m\n"
            "\x1b[0m\n"
        ),
        "Must be Ready.",
        Cause.OTHER,
    ),
    "gh blocked": (
        (
            "X Pull request acme/shop#1 is not mergeable: the base branch policy prohibits the merge.\n"
            "To have the pull request merged after all the requirements have been met, add the `--auto` flag.\n"
            "To use administrator privileges to immediately merge the pull request, add the `--admin` flag.\n"
        ),
        "the base branch policy prohibits the merge",
        Cause.RULE,
    ),
    "gh conflict": (
        (
            "X Pull request #1 is not mergeable: the merge commit cannot be cleanly created.\n"
            "To have the pull request merged after all the requirements have been met, add the `--auto` flag.\n"
            "Run the following to resolve the merge conflicts locally:\n"
            "  gh pr checkout 1 && git fetch origin main && git merge origin/main\n"
        ),
        "the merge commit cannot be cleanly created",
        Cause.CONFLICT,
    ),
    "gh create": (
        (
            "\n"
            "Creating pull request for x into main in acme/shop\n"
            "\n"
            "pull request create failed: GraphQL: Resource not accessible by personal access token (createPullRequest)\n"
        ),
        "Resource not accessible by personal access token",
        Cause.RIGHTS,
    ),
    "glab": (
        (
            "\n"
            "   ERROR  \n"
            "                                                \n"
            "  Failed to create merge request. Created recovery file: /x.json\n"
            "  POST https://gitlab.com/api: 409 {message: [Another open merge request already exists for this source branch: !1]}.\n"
        ),
        "Another open merge request already exists",
        Cause.OTHER,
    ),
    "commitlint": (
        (
            "⧗   input: Fix: Totals\n"
            "✖   subject must not be sentence-case, start-case [subject-case]\n"
            "\n"
            "✖   found 1 problems, 0 warnings\n"
            "ⓘ   Get help: https://github.com/conventional-changelog/commitlint/#what-is-commitlint\n"
            "\n"
            "husky - commit-msg script failed (code 1)\n"
        ),
        "subject must not be sentence-case",
        Cause.OTHER,
    ),
    "precommit": (
        (
            "[INFO] Initializing environment for x.\n"
            "ruff.....................................................................\x1b[41mFailed\x1b[m\n"
            "\x1b[2m- hook id: ruff\x1b[m\n"
            "\x1b[2m- exit code: 1\x1b[m\n"
            "\n"
            "shop.py:1:1: F401 `os` imported but unused\n"
            "Found 1 error.\n"
        ),
        "ruff failed: shop.py:1:1: F401",
        Cause.OTHER,
    ),
    "precommit modified": (
        (
            "trim trailing whitespace.................................................Failed\n"
            "- hook id: trailing-whitespace\n"
            "- exit code: 1\n"
            "- files were modified by this hook\n"
            "\n"
            "Fixing shop.py\n"
        ),
        "trim trailing whitespace failed: Fixing shop.py",
        Cause.OTHER,
    ),
    "lefthook": (
        (
            "╭───────────────╮\n"
            "│ 🥊 lefthook v1.6.1  hook: pre-push │\n"
            "╰───────────────╯\n"
            "┃  lint ❯ \n"
            "\n"
            "shop.py:3: undefined name 'sums'\n"
            "exit status 1\n"
            "  ──────\n"
            "summary: (done in 0.5 seconds)\n"
            "🥊  lint\n"
            "error: failed to push some refs to '/x'\n"
        ),
        "undefined name 'sums'",
        Cause.OTHER,
    ),
    "traceback": (
        (
            "Traceback (most recent call last):\n"
            '  File "/x.py", line 3, in <module>\n'
            "    import y\n"
            "ModuleNotFoundError: No module named 'y'\n"
        ),
        "ModuleNotFoundError: No module named 'y'",
        Cause.PROGRAM,
    ),
    "kubectl": (
        'Error from server (NotFound): deployments.apps "shop" not found\n',
        'deployments.apps "shop" not found',
        Cause.OTHER,
    ),
    "aws": (
        (
            "\n"
            "An error occurred (ExpiredToken) when calling the DescribeEnvironments operation: The security token included in the request is expired\n"
        ),
        "ExpiredToken",
        Cause.LOGIN,
    ),
    "gcloud": (
        "ERROR: (gcloud.run.deploy) PERMISSION_DENIED: Permission 'run.services.get' denied on resource\n",
        "PERMISSION_DENIED",
        Cause.RIGHTS,
    ),
    "heroku": (
        ("remote: -----> Building\nremote:  !     Push rejected, failed to compile Node.js app.\nremote: \n"),
        "Push rejected, failed to compile Node.js app.",
        Cause.OTHER,
    ),
    "tf": (
        ("╷\n│ Error: Invalid provider configuration\n│ \n│   on main.tf line 1\n╵\n"),
        "Invalid provider configuration",
        Cause.OTHER,
    ),
    "npm": (
        (
            "npm error code ELIFECYCLE\n"
            'npm error Missing script: "build"\n'
            "npm error A complete log of this run can be found in: /x\n"
        ),
        'Missing script: "build"',
        Cause.OTHER,
    ),
    "docker": (
        (
            "#10 [4/5] RUN npm run build\n"
            "#10 1.234 src/a.ts(3,5): error TS2304: Cannot find name 'x'.\n"
            '#10 ERROR: process "/bin/sh -c npm run build" did not complete successfully: exit code: 1\n'
        ),
        "error TS2304: Cannot find name 'x'.",
        Cause.OTHER,
    ),
    "one line": (
        ("lint: 3 problems in shop.py\n\x1b[31merror: failed to push some refs to '/tmp/r.git'\x1b[m\n"),
        "lint: 3 problems in shop.py",
        Cause.OTHER,
    ),
    "three lines": (
        ("Your push was held.\nNames of branches begin with a ticket.\nAsk Kim.\n"),
        "Names of branches begin with a ticket.",
        Cause.OTHER,
    ),
    "json": (
        '{"error": {"code": 404, "message": "Requested entity was not found."}}\n',
        "Requested entity was not found.",
        Cause.OTHER,
    ),
    "html": (
        ("<html>\n<head><title>502 Bad Gateway</title></head>\n<body>\n</body></html>\n"),
        "502 Bad Gateway",
        Cause.OTHER,
    ),
    "make": (
        (
            "cc -c a.c\n"
            "a.c:1:10: fatal error: x.h: No such file or directory\n"
            "compilation terminated.\n"
            "make: *** [Makefile:2: all] Error 1\n"
        ),
        "fatal error: x.h: No such file or directory",
        Cause.OTHER,
    ),
    "netlify net": (
        '\x1b[31m ›   Error: Project not found. Please rerun "netlify link"\x1b[39m\n',
        "Project not found",
        Cause.LINK,
    ),
    "vercel denied": (
        (
            "Error: Not authorized to access this team\n"
            "Learn More: https://err.sh/vercel/x\n"
            "    at process.processTicksAndRejections (node:internal/process/task_queues:105:5)\n"
        ),
        "Not authorized to access this team",
        Cause.RIGHTS,
    ),
    "eb network": (
        (
            '\x1b[31mERROR: ConnectionError - Could not connect to the endpoint URL: "https://eb.eu-west-1.amazonaws.com/"\x1b[0m\n'
            "\x1b[0m"
        ),
        "Could not connect to the endpoint URL",
        Cause.NETWORK,
    ),
    "netlify net down": (
        " ›   Error: getaddrinfo ENOTFOUND api.netlify.com\n",
        "getaddrinfo ENOTFOUND",
        Cause.NETWORK,
    ),
    "rate": (
        "gh: API rate limit exceeded for user ID 1. (HTTP 403)\n",
        "rate limit exceeded",
        Cause.RATE,
    ),
    "progress": (
        "Uploading 1%\rUploading 50%\rerror: disk quota exceeded\n",
        "disk quota exceeded",
        Cause.DISK,
    ),
}


@pytest.mark.parametrize("name", OUTPUTS)
def test_the_reason_is_given_in_the_programs_own_words_with_that_causes_cure(name):
    output, words, cause = OUTPUTS[name]
    found = why(output.encode(), "tool")
    assert words in found.words and "\x1b" not in found.words and "\n" not in found.words
    assert found.cause is cause and bool(found.cure) == (cause is not Cause.OTHER)
    for never in ("--admin", "--auto", "--prod-if-unlocked", "Logs were written", "processTicks"):
        assert never not in found.words


@pytest.mark.parametrize(
    "output", ["", "}\n", "\x1b[0m\n", "────\n  │\n", "    at x (y.js:1:2)\n", "{" * 50_000]
)
def test_what_says_nothing_gives_no_reason(output):
    assert reason(output) in ("", "{" * 299 + "…")


def test_words_of_another_line_than_the_last_are_found_behind_a_long_log():
    log = "".join(f"step {number} of 9000 done\n" for number in range(9000))
    assert reason(log + "Error: the bucket is full\n" + "cleaning up\n" * 500) == "the bucket is full"
    assert reason(b"\xff\xfe broke \x9b31mhere\n") == "\\xff\\xfe broke \\x9b31mhere"
