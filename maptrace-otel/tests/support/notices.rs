//! Made-up notices.

use std::sync::Arc;
use std::time::Duration;

use maptrace_runtime::context::SpanContext;
use maptrace_runtime::{Figure, FigureValue, Notice, NoticeKind, NoticeState};

use crate::episodes::{site, start};

/// A delete storm of the map `sessions`, told in a sampled span, with a figure of each sort.
pub(crate) fn storm() -> Notice {
    let mut notice = Notice::new(
        NoticeKind::DeleteStorm,
        "sessions: delete storm: 360k deletes at 120k/s for 3 s",
    );
    notice.state = NoticeState::Began;
    let mut sessions = site(1, "sessions", "string_int");
    Arc::make_mut(&mut sessions).function = Some("shop::Cart::new".to_owned());
    notice.map = Some(sessions);
    notice.time = start();
    notice.suppressed = 7;
    notice.context = Some(SpanContext {
        trace_id: [0xab; 16],
        span_id: [0xcd; 8],
        sampled: true,
    });
    notice.figures = vec![
        Figure::new("map.deletes", FigureValue::Count(360_000)),
        Figure::new("map.deletes.rate", FigureValue::Rate(120_000.5)),
        Figure::new("map.duration", FigureValue::Time(Duration::from_millis(3_000))),
    ];
    notice
}

/// One about maptrace itself, of no span, that is over.
pub(crate) fn loss() -> Notice {
    let mut notice = Notice::new(NoticeKind::ExportLoss, "maptrace: exporters deliver again");
    notice.state = NoticeState::Ended;
    notice.severity = maptrace_runtime::Severity::Info;
    notice.time = start();
    notice
}
