//! The live page: one self-contained document that fetches `/maps.json` each second.

/// Markup, with places for the style and the script.
const HTML: &str = include_str!("page.html");
const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

/// What the page may do: run its own script, which is known by its hash, and fetch from its own server. A test says
/// the new hashes when the files change.
pub(super) const POLICY: &str = "default-src 'none'; \
    script-src 'sha256-/ZROjJ+U6D1cnPT8DCuEZRodO2pwcYippzp6SsORta4='; \
    style-src 'sha256-lM8LdEV5iF1hvWX7R2n9tttW9lUjToJ62ECB2vQmXsM='; \
    img-src data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// The document.
pub(super) fn html() -> String {
    HTML.replace("@STYLE@", STYLE).replace("@SCRIPT@", SCRIPT)
}

#[cfg(test)]
mod tests {
    use super::*;
    use sha2::{Digest as _, Sha256};

    fn source(text: &str) -> String {
        use base64::{Engine as _, prelude::BASE64_STANDARD};
        format!("'sha256-{}'", BASE64_STANDARD.encode(Sha256::digest(text)))
    }

    #[test]
    fn the_policy_knows_the_script_and_the_style() {
        for (directive, text) in [("script-src", SCRIPT), ("style-src", STYLE)] {
            let wanted = format!("{directive} {};", source(text));
            assert!(POLICY.contains(&wanted), "put this into POLICY: {wanted}");
        }
    }

    #[test]
    fn the_page_is_whole_and_has_no_inline_handlers() {
        let page = html();
        assert!(page.contains(SCRIPT) && page.contains(STYLE));
        assert!(!page.contains("@STYLE@") && !page.contains("@SCRIPT@"));
        assert!(
            !SCRIPT.contains("</") && !STYLE.contains("</"),
            "it would end its element"
        );
        assert!(!SCRIPT.contains("innerHTML") && !SCRIPT.contains("insertAdjacentHTML"));
        let attribute = |text: &str| text.starts_with("on") || text.starts_with("style=");
        assert!(
            !HTML.split_whitespace().any(attribute),
            "the policy forbids handlers and styles in attributes"
        );
        assert!(!HTML.contains("src="), "nothing is loaded from elsewhere");
    }
}
