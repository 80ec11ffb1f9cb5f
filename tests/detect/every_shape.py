"""Every shape of repository, by its name."""

from tests.detect.shapes import SHAPES as COMMON
from tests.detect.shapes_beside import SHAPES as BESIDE
from tests.detect.shapes_of_builds import SHAPES as OF_BUILDS
from tests.detect.shapes_of_languages import SHAPES as OF_LANGUAGES
from tests.detect.shapes_of_suites import SHAPES as OF_SUITES

SHAPES = COMMON | OF_SUITES | OF_BUILDS | BESIDE | OF_LANGUAGES
