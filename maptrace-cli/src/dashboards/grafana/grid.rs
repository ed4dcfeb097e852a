//! Where panels are: from left to right, as wide and high as they ask for, and numbered.

use super::{GridPos, Item, Panel, Row};

/// Columns of a dashboard.
const WIDTH: u32 = 24;

#[derive(Default)]
pub(crate) struct Grid {
    items: Vec<Item>,
    place: Place,
    last_id: u32,
}

/// Where the next panel goes.
#[derive(Default)]
struct Place {
    x: u32,
    y: u32,
    /// Of the panels beside it.
    height: u32,
}

impl Place {
    fn take(&mut self, w: u32, h: u32) -> GridPos {
        if self.x + w > WIDTH {
            self.end_line();
        }
        let at = GridPos {
            h,
            w,
            x: self.x,
            y: self.y,
        };
        self.x += w;
        self.height = self.height.max(h);
        at
    }

    fn end_line(&mut self) {
        self.y += self.height;
        (self.x, self.height) = (0, 0);
    }
}

impl Grid {
    /// An open row; what is added from now on is in it.
    pub(crate) fn row(&mut self, title: impl Into<String>) {
        let row = self.new_row(title.into(), false);
        self.items.push(Item::Row(row));
    }

    /// A row that the reader opens, repeated for each value of a variable if it names one.
    pub(crate) fn closed_row(
        &mut self,
        title: impl Into<String>,
        repeat: Option<&'static str>,
        panels: Vec<(u32, u32, Panel)>,
    ) {
        let mut row = self.new_row(title.into(), true);
        row.repeat = repeat;
        let mut inside = Place {
            y: self.place.y,
            ..Place::default()
        };
        for (width, height, mut panel) in panels {
            panel.id = self.next_id();
            panel.grid_pos = inside.take(width, height);
            row.panels.push(panel);
        }
        self.items.push(Item::Row(row));
    }

    /// A panel so many columns wide and so many lines high.
    pub(crate) fn add(&mut self, width: u32, height: u32, mut panel: Panel) {
        panel.id = self.next_id();
        panel.grid_pos = self.place.take(width, height);
        self.items.push(Item::Panel(panel));
    }

    pub(crate) fn finish(self) -> Vec<Item> {
        self.items
    }

    fn new_row(&mut self, title: String, collapsed: bool) -> Row {
        self.place.end_line();
        let grid_pos = self.place.take(WIDTH, 1);
        self.place.end_line();
        Row {
            id: self.next_id(),
            kind: "row",
            title,
            collapsed,
            repeat: None,
            grid_pos,
            panels: Vec::new(),
        }
    }

    fn next_id(&mut self) -> u32 {
        self.last_id += 1;
        self.last_id
    }
}
