"""Credentials that are known by their shape alone, whatever stands before them.

Each pattern is bounded and starts at few places, so that no input makes it slow.
"""

import re
from functools import cache

_PATTERNS: tuple[tuple[str, str], ...] = (
    ("a GitHub token", r"\bgh[pousr]_[A-Za-z0-9]{30,255}"),
    ("a GitHub fine-grained token", r"\bgithub_pat_[A-Za-z0-9_]{40,255}"),
    ("a GitLab token", r"\bgl(?:pat|ptt|dt|rt|cbt|soat|ft|imt|oas|ffct|wt|agent)-[A-Za-z0-9_.-]{20,255}"),
    ("a GitLab runner token", r"\bGR1348941[A-Za-z0-9_-]{20,255}"),
    (
        "a Bitbucket or Atlassian token",
        r"\b(?:ATBB[A-Za-z0-9]{28,255}|(?:ATATT3|ATCTT3)[A-Za-z0-9_=-]{60,512})",
    ),
    ("an AWS key with its id", r"\bA[KS]IA[A-Z0-9]{16}[\s,;:|\"']{1,8}[A-Za-z0-9+/]{40}\b"),
    ("an AWS key id", r"\b(?:AKIA|ASIA|ABIA|ACCA|A3T[A-Z0-9])[A-Z0-9]{16}\b"),
    ("a Slack token", r"\bxox[abeoprs]-[A-Za-z0-9-]{10,255}"),
    ("a Slack app token", r"\bxapp-[A-Za-z0-9-]{10,255}"),
    ("a Slack webhook", r"hooks\.slack\.com/(?:services|workflows|triggers)/[A-Za-z0-9_/-]{10,255}"),
    ("a Discord webhook", r"discord(?:app)?\.com/api/webhooks/[A-Za-z0-9_/-]{10,255}"),
    ("a Discord bot token", r"\b[MNO][A-Za-z0-9_-]{23,25}\.[A-Za-z0-9_-]{6}\.[A-Za-z0-9_-]{27,40}"),
    ("a Teams webhook", r"webhook\.office\.com/[A-Za-z0-9_/@.-]{10,512}"),
    ("a Telegram bot token", r"(?<![0-9])[0-9]{8,10}:[A-Za-z0-9_-]{35}\b"),
    (
        "a JSON web token",
        r"(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{8,4096}\.[A-Za-z0-9_-]{8,8192}(?:\.[A-Za-z0-9_-]{0,1024})?",
    ),
    ("a Stripe key", r"\b(?:sk|rk)_(?:live|test)_[A-Za-z0-9]{10,255}|\b(?:sk|rk|whsec)_[A-Za-z0-9]{16,255}"),
    ("a Square token", r"\b(?:sq0(?:atp|csp|idp)-[A-Za-z0-9_-]{20,60}|EAAA[A-Za-z0-9_-]{56,80})"),
    ("a PyPI token", r"\bpypi-[A-Za-z0-9_-]{30,1024}"),
    ("an npm token", r"\bnpm_[A-Za-z0-9]{30,255}"),
    ("a RubyGems key", r"\brubygems_[a-f0-9]{48}"),
    ("a crates.io token", r"\bcio[A-Za-z0-9]{32}\b"),
    ("a Docker token", r"\bdckr_(?:pat|oat)_[A-Za-z0-9_-]{20,255}"),
    ("an Artifactory key", r"\b(?:AKC[A-Za-z0-9]{10,255}|cmVmd[A-Za-z0-9]{59})"),
    ("a Google API key", r"\bAIza[A-Za-z0-9_-]{35}"),
    (
        "a Google OAuth token",
        r"\b(?:ya29\.[A-Za-z0-9_-]{20,1024}|GOCSPX-[A-Za-z0-9_-]{20,60}|1//0[A-Za-z0-9_-]{30,255})",
    ),
    ("an Anthropic key", r"\bsk-ant-[A-Za-z0-9_-]{20,255}"),
    (
        "an OpenAI or OpenRouter key",
        r"\bsk-(?:[a-z]{1,12}-){1,3}[A-Za-z0-9_-]{20,255}|\bsk-[A-Za-z0-9]{32,255}",
    ),
    ("a Hugging Face token", r"\b(?:hf|api_org)_[A-Za-z0-9]{30,255}"),
    ("a SendGrid key", r"\bSG\.[A-Za-z0-9_-]{16,64}\.[A-Za-z0-9_-]{16,128}"),
    ("a Twilio key", r"\b(?:SK|AC)[0-9a-fA-F]{32}\b"),
    ("a Mailgun key", r"\bkey-[0-9a-f]{32}\b"),
    ("a Mailchimp key", r"\b[0-9a-f]{32}-us[0-9]{1,2}\b"),
    ("a Vault token", r"\bhv[sbr]\.[A-Za-z0-9_-]{20,255}"),
    ("a Terraform token", r"\b[A-Za-z0-9]{14}\.atlasv1\.[A-Za-z0-9_-]{40,100}"),
    ("a Pulumi token", r"\bpul-[a-f0-9]{40}"),
    ("a Doppler token", r"\bdp\.(?:pt|st|ct|sa|scim|audit)\.[A-Za-z0-9._-]{30,100}"),
    ("a DigitalOcean token", r"\bdo[opr]_v1_[a-f0-9]{32,128}"),
    ("a Heroku key", r"\bHRKU-[A-Za-z0-9_-]{30,100}"),
    (
        "a Vercel token",
        r"\b(?:vc[pikar]_[A-Za-z0-9]{20,100}|vercel_blob_rw_[A-Za-z0-9]{10,32}_[A-Za-z0-9]{20,60})",
    ),
    ("a Netlify token", r"\bnf[pcoub]_[A-Za-z0-9]{30,100}"),
    ("a Fly token", r"\b(?:fo1_[A-Za-z0-9_-]{30,100}|fm[12][ar]?_[A-Za-z0-9+/=_-]{60,2048})"),
    ("a Render key", r"\brnd_[A-Za-z0-9]{20,100}"),
    ("a Supabase key", r"\bsb(?:p_[a-f0-9]{40}|_secret_[A-Za-z0-9_-]{20,60})"),
    ("a PlanetScale token", r"\bpscale_(?:tkn|oauth|pw)_[A-Za-z0-9_.=-]{30,100}"),
    ("a Databricks token", r"\bdapi[a-f0-9]{32}(?:-[0-9])?\b"),
    ("a New Relic key", r"\bNR(?:AK|JS|II|RA)-[A-Za-z0-9_-]{20,60}"),
    ("a Grafana token", r"\bgl(?:sa_[A-Za-z0-9]{32}[A-Za-z0-9_]{0,30}|c_[A-Za-z0-9+/]{32,400}={0,2})"),
    ("a Sentry token", r"\bsntr(?:ys_[A-Za-z0-9+/=_-]{40,512}|yu_[a-f0-9]{64})"),
    ("a Shopify token", r"\bshp(?:at|ca|pa|ss)_[A-Fa-f0-9]{32}"),
    ("a Linear key", r"\blin_(?:api|oauth)_[A-Za-z0-9]{30,100}"),
    ("a Notion token", r"\b(?:ntn_|secret_)[A-Za-z0-9]{40,60}"),
    ("a Postman key", r"\bPMAK-[a-f0-9]{24}-[a-f0-9]{34}"),
    ("a Buildkite token", r"\bbk[a-z]{2}_[a-f0-9]{40}"),
    ("a CircleCI token", r"\bCCIPAT_[A-Za-z0-9_]{30,100}"),
    ("an age key", r"\bAGE-SECRET-KEY-1[A-Z0-9]{50,60}"),
    ("an Azure client secret", r"(?<![A-Za-z0-9_~.-])[A-Za-z0-9_~.-]{3}[0-9]Q~[A-Za-z0-9_~.-]{31,34}"),
    (
        "an Azure key",
        r"(?<=AccountKey=)[A-Za-z0-9+/]{20,200}={0,2}|(?<=SharedAccessKey=)[A-Za-z0-9+/]{20,200}={0,2}",
    ),
    ("an Azure signature", r"(?<=[?&;\s]sig=)[A-Za-z0-9%+/=_-]{20,255}"),
    (
        "a signature in an address",
        r"(?<=X-Amz-Signature=)[a-f0-9]{64}|(?<=X-Goog-Signature=)[a-f0-9]{64,1024}",
    ),
    ("an Alibaba key id", r"\bLTAI[A-Za-z0-9]{12,24}\b"),
    ("a Tencent key id", r"\bAKID[A-Za-z0-9]{32}\b"),
    ("a Firebase messaging key", r"\bAAAA[A-Za-z0-9_-]{7}:[A-Za-z0-9_-]{120,200}"),
    (
        "a 1Password token",
        r"\b(?:ops_eyJ[A-Za-z0-9_+/=-]{40,2048}|A3-[A-Z0-9]{6}-(?:[A-Z0-9]{5,11}-){2,4}[A-Z0-9]{5})",
    ),
    ("a Tailscale key", r"\btskey-[a-z]{3,12}-[A-Za-z0-9]{6,40}-[A-Za-z0-9]{20,60}"),
    ("a Figma token", r"\bfig[dorua]{1,2}_[A-Za-z0-9_-]{30,100}"),
    ("a Brevo key", r"\bx(?:key|smtp)sib-[a-f0-9]{64}-[A-Za-z0-9]{16}"),
    ("an Airtable token", r"\bpat[A-Za-z0-9]{14}\.[a-f0-9]{64}"),
    ("a Replicate token", r"\br8_[A-Za-z0-9]{37}"),
    ("a Groq key", r"\bgsk_[A-Za-z0-9]{40,80}"),
    ("an xAI key", r"\bxai-[A-Za-z0-9]{60,100}"),
    ("a Perplexity key", r"\bpplx-[A-Za-z0-9]{40,64}"),
    ("an NVIDIA key", r"\bnvapi-[A-Za-z0-9_-]{40,100}"),
    ("a LangSmith key", r"\blsv2_(?:pt|sk)_[a-f0-9]{32}_[a-f0-9]{10}"),
    ("a Dynatrace token", r"\bdt0[a-z]01\.[A-Z0-9]{24}\.[A-Z0-9]{64}"),
    ("a NuGet key", r"\boy2[a-z0-9]{43}"),
    ("a Braintree token", r"\baccess_token\$(?:production|sandbox)\$[a-z0-9]{16}\$[a-f0-9]{32}"),
    ("a Dropbox token", r"\bsl\.(?:u\.)?[A-Za-z0-9_-]{120,2048}"),
    ("a HubSpot token", r"\bpat-(?:na|eu|ap)[0-9]-[a-f0-9-]{36}"),
    ("a Contentful token", r"\bCFPAT-[A-Za-z0-9_-]{40,60}"),
    ("an Apify token", r"\bapify_api_[A-Za-z0-9]{30,50}"),
    ("a PostHog key", r"\bphx_[A-Za-z0-9]{40,60}"),
    ("a Sourcegraph token", r"\bsgp_(?:[a-f0-9]{16}_|local_)?[a-f0-9]{40}"),
    ("a Docker Swarm token", r"\bSWMTKN-1-[a-z0-9]{40,60}-[a-z0-9]{20,30}"),
    ("a Razorpay key", r"\brzp_(?:live|test)_[A-Za-z0-9]{14,24}"),
    ("a Scaleway or EasyPost key", r"\b(?:SCW[A-Z0-9]{17}|EZ[AT]K[A-Za-z0-9]{54})\b"),
    ("a Cloudflare token", r"\bcf(?:ut|k|at)_[A-Za-z0-9]{36,60}|\bv1\.0-[a-f0-9]{24}-[a-f0-9]{146}"),
    ("a K3s token", r"\bK10[a-f0-9]{64}::[A-Za-z0-9-]{1,64}:[A-Za-z0-9]{8,128}"),
    ("an Adobe secret", r"\bp8e-[a-z0-9]{32}\b"),
    (
        "an AWS Bedrock key",
        r"\bABSK[A-Za-z0-9+/]{80,300}={0,2}|\bbedrock-api-key-[A-Za-z0-9+/=_-]{16,4096}",
    ),
    ("an AWS Marketplace key", r"\bamzn\.mws\.[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"),
    (
        "an Authress key",
        r"\b(?:sc|ext|scauth|authress)_[A-Za-z0-9]{5,30}\.[A-Za-z0-9]{4,6}\.acc[_-][A-Za-z0-9-]{10,32}"
        r"\.[A-Za-z0-9+/_=-]{30,120}",
    ),
    ("a ClickHouse key", r"\b4b1d[A-Za-z0-9]{38}\b"),
    ("a Clojars token", r"\bCLOJARS_[A-Za-z0-9]{60}"),
    ("a Defined Networking key", r"\bdnkey-[A-Za-z0-9=_-]{26}-[A-Za-z0-9=_-]{52}"),
    ("a Duffel token", r"\bduffel_(?:test|live)_[A-Za-z0-9_=-]{43}"),
    ("a Facebook token", r"\bEAA[A-Z][A-Za-z0-9]{60,400}"),
    ("a Flutterwave key", r"\bFLW(?:SEC|PUB)K(?:_TEST)?-[A-Za-z0-9]{12,40}(?:-X)?"),
    ("a Frame.io token", r"\bfio-u-[A-Za-z0-9_=-]{64}"),
    ("a Grafana key of old", r"\beyJrIjoi[A-Za-z0-9+/_-]{40,400}={0,3}"),
    ("a Harness token", r"\b[ps]at\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9]{24}\.[A-Za-z0-9]{20}\b"),
    ("an Infracost key", r"\bico-[A-Za-z0-9]{32}\b"),
    ("an Intra 42 secret", r"\bs-s4t2(?:ud|af)-[0-9a-f]{64}"),
    ("a MaxMind key", r"\b[A-Za-z0-9]{6}_[A-Za-z0-9]{29}_mmk\b"),
    ("an Octopus key", r"\bAPI-(?=[A-Z]{0,25}[0-9])[A-Z0-9]{26}\b"),
    ("an OpenShift token", r"\bsha256~[A-Za-z0-9_-]{43}"),
    (
        "a Plaid token",
        r"\baccess-(?:sandbox|development|production)-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}",
    ),
    ("a Prefect key", r"\bpnu_[A-Za-z0-9]{36}\b"),
    ("a ReadMe key", r"\brdme_[a-z0-9]{70}"),
    ("a Scalingo token", r"\btk-us-[A-Za-z0-9_-]{48}"),
    ("a SettleMint token", r"\bsm_[aps]at_[A-Za-z0-9]{16}\b"),
    ("a Shippo token", r"\bshippo_(?:live|test)_[A-Fa-f0-9]{40}"),
    ("a SonarQube token", r"\bsq[pua]_[A-Za-z0-9_-]{40}"),
    ("a Tavily key", r"\btvly-[A-Za-z0-9_-]{28,60}"),
    ("a Typeform token", r"\btfp_[A-Za-z0-9_.=-]{59}"),
    ("a Yandex key", r"\b(?:AQVN[A-Za-z0-9_-]{35,38}|t1\.[A-Za-z0-9_=-]{8,2048}\.[A-Za-z0-9_-]{80,100})"),
    ("a one-time-password seed", r"(?<=otpauth://)[a-z]{4}/[^\s\"'<>]{1,512}"),
    ("a password in an address", r"(?<=://)[^\s/:@]{0,256}:[^\s/@]{1,256}(?=@)(?!@sha256:)"),
    (
        "a password with a slash in an address",
        r"(?<=://)[^\s/:@?#\"'<>]{1,128}:(?![0-9]{1,5}(?:[/?#]|$))[^\s\"'<>]{1,256}(?=@(?!sha256:)[A-Za-z0-9.-]{1,253}[:/])",
    ),
    ("a token in an address", r"(?<=://)(?=[^\s/:@]{0,256}[0-9])[A-Za-z0-9_.~%-]{16,256}(?=@)"),
)
"""`\\b` is the edge of a word of ASCII letters and digits here: a token may stand between Chinese characters, or behind
an underscore."""

_NOT_BEHIND = r"(?<![A-Za-z0-9])"
_NOT_BEFORE = r"(?![A-Za-z0-9])"


@cache
def patterns() -> tuple[tuple[str, "re.Pattern[str]"], ...]:
    """Return what each credential is, as a clause, and its pattern.

    Compiled on first use, because that takes longer than most commands have.
    """
    return tuple((name, re.compile(_with_edges(pattern))) for name, pattern in _PATTERNS)


def _with_edges(pattern: str) -> str:
    if pattern.endswith(r"\b"):
        pattern = pattern.removesuffix(r"\b") + _NOT_BEFORE
    return pattern.replace(r"\b", _NOT_BEHIND)
