//! What can be done to an entry that is there, however it was found.

/// The methods that all of these entries have. Each has indexmap's entry as `base`, and a `door`.
macro_rules! methods {
    ($entry:ident<'a, K, V $(, $hasher:ident)?>) => {
        impl<'a, K, V $(, $hasher)?> $entry<'a, K, V $(, $hasher)?> {
            /// The entry's index. Not recorded.
            #[inline]
            pub fn index(&self) -> usize {
                self.base.index()
            }

            /// The key as the map has it. Not recorded.
            #[inline]
            pub fn key(&self) -> &K {
                self.base.key()
            }

            /// The value. Not recorded.
            #[inline]
            pub fn get(&self) -> &V {
                self.base.get()
            }

            /// The value, to be changed in place. Not recorded: no entry comes or goes.
            #[inline]
            pub fn get_mut(&mut self) -> &mut V {
                self.base.get_mut()
            }

            /// The value, to be changed in place for as long as the map is borrowed. Not recorded.
            #[inline]
            pub fn into_mut(self) -> &'a mut V {
                self.base.into_mut()
            }

            /// Puts another value in place of the one there, which it returns. Records an assign (replaced).
            #[inline]
            #[cfg_attr(feature = "race", track_caller)]
            pub fn insert(&mut self, value: V) -> V {
                writes!(self.door, Assign);
                self.door.assigned_replaced();
                self.base.insert(value)
            }

            /// Takes out the entry and returns its value; the last entry comes to its place. Records a delete (hit).
            #[inline]
            #[cfg_attr(feature = "race", track_caller)]
            pub fn swap_remove(self) -> V {
                self.swap_remove_entry().1
            }

            /// Takes out the entry and returns its value; those after it move up. Records a delete (hit).
            #[inline]
            #[cfg_attr(feature = "race", track_caller)]
            pub fn shift_remove(self) -> V {
                self.shift_remove_entry().1
            }

            /// Takes out the entry and returns it; the last entry comes to its place. Records a delete (hit).
            #[inline]
            #[cfg_attr(feature = "race", track_caller)]
            pub fn swap_remove_entry(mut self) -> (K, V) {
                writes!(self.door, Delete);
                let entry = self.base.swap_remove_entry();
                self.door.deleted();
                entry
            }

            /// Takes out the entry and returns it; those after it move up. Records a delete (hit).
            #[inline]
            #[cfg_attr(feature = "race", track_caller)]
            pub fn shift_remove_entry(mut self) -> (K, V) {
                writes!(self.door, Delete);
                let entry = self.base.shift_remove_entry();
                self.door.deleted();
                entry
            }

            /// Moves the entry to another index. Not recorded: no entry comes or goes.
            ///
            /// # Panics
            /// If there is no such index.
            #[inline]
            #[track_caller]
            pub fn move_index(self, to: usize) {
                writes!(self.door, Move);
                self.base.move_index(to);
            }

            /// Swaps the entry with another. Not recorded: no entry comes or goes.
            ///
            /// # Panics
            /// If there is no such index.
            #[inline]
            #[track_caller]
            pub fn swap_indices(self, other: usize) {
                writes!(self.door, Move);
                self.base.swap_indices(other);
            }
        }
    };
}

/// Those that entries found by their key have as well.
macro_rules! deprecated_methods {
    ($entry:ident<K, V $(, $hasher:ident)?>) => {
        impl<K, V $(, $hasher)?> $entry<'_, K, V $(, $hasher)?> {
            /// Takes out the entry and returns its value; the last entry comes to its place. Records a delete (hit).
            #[inline]
            #[deprecated(note = "`remove` disrupts the map order -- \
                use `swap_remove` or `shift_remove` for explicit behavior.")]
            #[cfg_attr(feature = "race", track_caller)]
            pub fn remove(self) -> V {
                self.swap_remove()
            }

            /// Takes out the entry and returns it; the last entry comes to its place. Records a delete (hit).
            #[inline]
            #[deprecated(note = "`remove_entry` disrupts the map order -- \
                use `swap_remove_entry` or `shift_remove_entry` for explicit behavior.")]
            #[cfg_attr(feature = "race", track_caller)]
            pub fn remove_entry(self) -> (K, V) {
                self.swap_remove_entry()
            }
        }
    };
}

pub(super) use {deprecated_methods, methods};
