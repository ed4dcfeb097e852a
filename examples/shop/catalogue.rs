//! What the shop sells: the articles, their pages as they were rendered last, and which words are in which.

#[maptrace]
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use maptrace::maptrace;
use serde::{Deserialize, Serialize};

/// The number of an article.
pub(crate) type ArticleId = u32;

/// Pages that are kept; one more, and all are rendered anew when they are next asked for.
const MAX_PAGES: usize = 10_000;

#[derive(Deserialize)]
pub(crate) struct Article {
    title: String,
    text: String,
}

#[maptrace(name = "articles")]
type Articles = HashMap<ArticleId, Article>;

#[maptrace(name = "pages")]
type Pages = HashMap<ArticleId, Arc<str>>;

#[maptrace(name = "words")]
type Words = HashMap<String, BTreeSet<ArticleId>>;

/// What has happened to the catalogue, counted by the shop itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Counts {
    pub(crate) added: u64,
    pub(crate) replaced: u64,
    pub(crate) rendered: u64,
    pub(crate) words: usize,
}

#[derive(Default)]
pub(crate) struct Catalogue {
    articles: Articles,
    pages: Pages,
    words: Words,
    counts: Counts,
}

impl Catalogue {
    /// Adds an article or replaces it, and says whether it is new.
    pub(crate) fn put(&mut self, id: ArticleId, article: Article) -> bool {
        self.pages.remove(&id);
        for word in words_of(&article) {
            self.words.entry(word).or_default().insert(id);
        }
        let Some(old) = self.articles.insert(id, article) else {
            self.counts.added += 1;
            return true;
        };
        self.counts.replaced += 1;
        let stay: BTreeSet<String> = words_of(&self.articles[&id]).collect();
        for word in words_of(&old).filter(|word| !stay.contains(word)) {
            if let Some(articles) = self.words.get_mut(&word) {
                articles.remove(&id);
                if articles.is_empty() {
                    self.words.remove(&word);
                }
            }
        }
        false
    }

    /// An article's page.
    pub(crate) fn page(&mut self, id: ArticleId) -> Option<Arc<str>> {
        if let Some(page) = self.pages.get(&id) {
            return Some(Arc::clone(page));
        }
        let page: Arc<str> = render(self.articles.get(&id)?).into();
        if self.pages.len() >= MAX_PAGES {
            self.pages.clear();
        }
        self.pages.insert(id, Arc::clone(&page));
        self.counts.rendered += 1;
        Some(page)
    }

    /// The articles with all of these words, in their order.
    pub(crate) fn search(&self, query: &str) -> Vec<ArticleId> {
        let mut sets: Vec<_> = split(query)
            .map(|word| self.words.get(&word).map_or(const { &BTreeSet::new() }, |set| set))
            .collect();
        // The rarest word first: then the others have the least to look up.
        sets.sort_by_key(|set| set.len());
        match &sets[..] {
            [] => Vec::new(),
            [rarest, others @ ..] => rarest
                .iter()
                .copied()
                .filter(|id| others.iter().all(|set| set.contains(id)))
                .collect(),
        }
    }

    pub(crate) fn counts(&self) -> Counts {
        Counts {
            words: self.words.len(),
            ..self.counts
        }
    }
}

fn words_of(article: &Article) -> impl Iterator<Item = String> {
    split(&article.title).chain(split(&article.text))
}

fn split(text: &str) -> impl Iterator<Item = String> {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
}

fn render(article: &Article) -> String {
    let escaped = |text: &str| text.replace('&', "&amp;").replace('<', "&lt;");
    let (title, text) = (escaped(&article.title), escaped(&article.text));
    format!("<!doctype html><title>{title}</title><h1>{title}</h1><p>{text}</p>\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn article(title: &str, text: &str) -> Article {
        Article {
            title: title.to_owned(),
            text: text.to_owned(),
        }
    }

    #[test]
    fn an_article_is_found_by_the_words_it_has_now() {
        let mut catalogue = Catalogue::default();
        assert!(catalogue.put(1, article("Green pears", "sweet & green")));
        assert!(catalogue.put(2, article("Figs", "sweet")));
        assert_eq!(catalogue.search("Sweet!"), [1, 2]);
        assert_eq!(catalogue.search("sweet green"), [1]);
        assert_eq!(catalogue.search("sweet sour"), [0; 0]);
        assert_eq!(catalogue.search(" "), [0; 0]);

        assert!(!catalogue.put(1, article("Yellow pears", "sour")));
        assert_eq!(catalogue.search("green"), [0; 0]);
        assert_eq!(catalogue.search("pears"), [1]);
        assert_eq!(catalogue.counts().words, 5);
    }

    #[test]
    fn a_page_is_rendered_once_for_each_version() {
        let mut catalogue = Catalogue::default();
        catalogue.put(1, article("<b>", "sweet & green"));
        for _ in 0..3 {
            let page = catalogue.page(1).expect("it is there");
            assert!(page.contains("<h1>&lt;b></h1><p>sweet &amp; green</p>"), "{page}");
        }
        assert_eq!(catalogue.counts().rendered, 1);
        catalogue.put(1, article("b", "sour"));
        assert!(catalogue.page(1).is_some_and(|page| page.contains("sour")));
        assert_eq!(catalogue.counts().rendered, 2);
        assert!(catalogue.page(2).is_none());
    }
}
