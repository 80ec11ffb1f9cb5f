"""The ids of the steps, by name: a public contract (session file, command line, configuration).

They are written here once, so that a wrong one is an error of the type checker, and not a step that nobody finds.
`catalog` says what each step is; a step of its own for each line and each configured check has its id from there.
"""

TRIAGE_DESCRIBE = "triage.describe"
TRIAGE_SEVERITY = "triage.severity"
TRIAGE_ROLLBACK_FIRST = "triage.rollback-first"

BRANCH_PREFLIGHT = "branch.preflight"
BRANCH_BASE = "branch.base"
BRANCH_CREATE = "branch.create"

FIX_ROOT_CAUSE = "fix.root-cause"
FIX_CHANGE = "fix.change"
FIX_REGRESSION_TEST = "fix.regression-test"
FIX_GUARD = "fix.guard"

VERIFY_SETUP = "verify.setup"
VERIFY_TEST = "verify.test"
VERIFY_TYPECHECK = "verify.typecheck"
VERIFY_BUILD = "verify.build"
VERIFY_PROOF = "verify.proof"
VERIFY_REPRODUCED = "verify.reproduced"
VERIFY_RESOLVED = "verify.resolved"
VERIFY_NORMAL_PATH = "verify.normal-path"
VERIFY_EDGE_CASES = "verify.edge-cases"
VERIFY_NOTHING_NEW = "verify.nothing-new"
VERIFY_COMMIT = "verify.commit"
VERIFY_PUSH = "verify.push"
VERIFY_STAGING = "verify.staging"
VERIFY_STAGING_VERIFIED = "verify.staging-verified"

PULL_REQUEST_BODY = "pull-request.body"
PULL_REQUEST_CREATE = "pull-request.create"
PULL_REQUEST_CHECKS = "pull-request.checks"
PULL_REQUEST_APPROVAL = "pull-request.approval"
PULL_REQUEST_ALERTS = "pull-request.alerts"
PULL_REQUEST_ON_CALL = "pull-request.on-call"
PULL_REQUEST_READY = "pull-request.ready"

RELEASE_MERGE = "release.merge"
RELEASE_CONFIRM = "release.confirm"
RELEASE_TAG = "release.tag"

DEPLOY_PRODUCTION = "deploy.production"
DEPLOY_LIVE = "deploy.live"

MONITOR_SMOKE = "monitor.smoke"
MONITOR_ERROR_RATE = "monitor.error-rate"
MONITOR_NO_NEW_ERRORS = "monitor.no-new-errors"
MONITOR_API_LATENCY = "monitor.api-latency"
MONITOR_DATABASE = "monitor.database"
MONITOR_THIRD_PARTY = "monitor.third-party"
MONITOR_USER_ACTIVITY = "monitor.user-activity"
MONITOR_SUPPORT_TICKETS = "monitor.support-tickets"
MONITOR_CHAT = "monitor.chat"
MONITOR_SOCIAL = "monitor.social"
MONITOR_STATUS_COMMENTS = "monitor.status-comments"
MONITOR_WATCH = "monitor.watch"

COMMUNICATE_INTERNAL = "communicate.internal"
COMMUNICATE_STATUS_PAGE = "communicate.status-page"
COMMUNICATE_EMAIL = "communicate.email"

REVIEW_TICKET = "review.ticket"
REVIEW_LOG = "review.log"
REVIEW_TIMELINE = "review.timeline"
REVIEW_ALERTS = "review.alerts"
REVIEW_FOLLOW_UPS = "review.follow-ups"
REVIEW_DOCS = "review.docs"
REVIEW_SCHEDULE = "review.schedule"
REVIEW_DOCUMENT = "review.document"

DEPLOY_ROLLBACK = "deploy.rollback"
DEPLOY_FOLLOW = "deploy.follow"
