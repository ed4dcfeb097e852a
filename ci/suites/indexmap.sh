#!/usr/bin/env bash
# Whether the traced IndexMap and IndexSet pass the tests of indexmap: those in its `tests` folder, untouched, those of
# its modules, and the examples in its documentation. See common.sh. Needs the registry.
set -euo pipefail
# shellcheck source=ci/suites/common.sh
source "$(dirname "$0")/common.sh"

VERSION=$(locked indexmap)
SOURCE=$(published indexmap "$VERSION")
subject indexmap ::indexmap maptrace::indexmap '"indexmap", "rayon", "serde"' "
indexmap = { version = \"=$VERSION\", features = [\"rayon\", \"serde\"] }
--
fastrand = { version = \"2\", default-features = false, features = [\"std\"] }
fnv = \"1.0\"
itertools = \"0.14\"
quickcheck = { version = \"1.1\", default-features = false }
rayon = \"1.9\"
serde = { version = \"1.0\", features = [\"derive\"] }
"
cd "$WORK/suite"
cp "$SOURCE"/tests/*.rs tests

# module NAME MODULE < TESTS: the tests of a module of indexmap's in a file of their own.
module() {
    {
        printf 'mod module {\n'
        printf '    pub use %s;\n' 'indexmap::*' "$2" std::hash::Hash std::ops::Bound
        printf '}\n'
        sed -e 's/^use super::\*/use module::*/' -e 's/^    use super::\*/    use super::module::*/' \
            -e 's/\bcrate::/indexmap::/g'
    } >"tests/$1.rs"
}
module map 'indexmap::map::*' <"$SOURCE/src/map/tests.rs"
module set 'indexmap::set::*' <"$SOURCE/src/set/tests.rs"
# Slices are indexmap's own: what is tested is that ours gives them out.
sed -n '/^mod tests {/,$p' "$SOURCE/src/map/slice.rs" | module map_slice 'indexmap::map::*'
sed -n '/^mod tests {/,$p' "$SOURCE/src/set/slice.rs" | module set_slice 'indexmap::set::*'
sed -n '/^mod tests {/,$p' "$SOURCE/src/rayon/map.rs" | module rayon_map '::rayon::prelude::*'
sed -n '/^mod tests {/,$p' "$SOURCE/src/rayon/set.rs" | module rayon_set '::rayon::prelude::*'
find "$SOURCE/src" -name '*.rs' -print0 | sort -z | xargs -0 cat | examples >src/lib.rs

compare indexmap "$VERSION"
