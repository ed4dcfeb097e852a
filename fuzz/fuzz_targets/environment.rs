//! Whatever the variables say, each setting is within what is documented, and each warning is one line about one variable.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let variables: Vec<_> = text.lines().filter_map(|line| line.split_once('=')).collect();
    let warnings = maptrace_runtime::fuzz::environment(&variables);
    assert!(warnings.len() <= 2 * variables.len());
    for warning in warnings {
        assert!(!warning.contains(char::is_control), "{warning:?}");
        assert!(
            variables
                .iter()
                .any(|(name, _)| warning.contains(&name.escape_debug().to_string())),
            "{warning:?}"
        );
    }
});
