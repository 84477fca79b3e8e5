//! Rooms with numbers, and keys that are good for one tenant only.

use std::vec::Vec;

/// A room of a [`Slab`], and which of its tenants is meant.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) struct Key {
    pub(crate) index: u32,
    pub(crate) generation: u32,
}

/// Values that are found by their keys in constant time. A key of a value that was removed finds nothing.
#[derive(Debug)]
pub(crate) struct Slab<T> {
    rooms: Vec<Room<T>>,
    /// The room that was left last. Each empty one knows the one before.
    vacant: u32,
    len: usize,
}

#[derive(Debug)]
struct Room<T> {
    /// Of the tenant, or of the next one.
    generation: u32,
    /// If it is empty: the one that was left before.
    before: u32,
    tenant: Option<T>,
}

const NONE: u32 = u32::MAX;

impl<T> Default for Slab<T> {
    fn default() -> Self {
        Slab::new()
    }
}

impl<T> Slab<T> {
    pub(crate) const fn new() -> Self {
        Slab { rooms: Vec::new(), vacant: NONE, len: 0 }
    }

    pub(crate) const fn len(&self) -> usize {
        self.len
    }

    /// Puts a value in that is made with its own key.
    #[inline]
    pub(crate) fn insert_with(&mut self, value: impl FnOnce(Key) -> T) -> Key {
        if self.vacant == NONE {
            self.add_room();
        }
        let index = self.vacant;
        // In one place, where it is inlined.
        let room = &mut self.rooms[index as usize];
        let key = Key { index, generation: room.generation };
        room.tenant = Some(value(key));
        self.vacant = room.before;
        self.len += 1;
        key
    }

    fn add_room(&mut self) {
        // The two upper bits are free for whoever keeps keys of several slabs.
        let index = u32::try_from(self.rooms.len()).ok().filter(|index| *index < 1 << 30);
        self.vacant = index.expect("a loop has room for a billion of each thing");
        self.rooms.push(Room { generation: 0, before: NONE, tenant: None });
    }

    #[inline]
    pub(crate) fn get(&self, key: Key) -> Option<&T> {
        let room = self.rooms.get(key.index as usize)?;
        if room.generation == key.generation { room.tenant.as_ref() } else { None }
    }

    #[inline]
    pub(crate) fn get_mut(&mut self, key: Key) -> Option<&mut T> {
        self.rooms.get_mut(key.index as usize).filter(|room| room.generation == key.generation)?.tenant.as_mut()
    }

    /// Who is in a room, if that is the one who is meant.
    #[inline]
    pub(crate) fn find(&self, index: u32, is_meant: impl FnOnce(Key) -> bool) -> Option<&T> {
        let room = self.rooms.get(index as usize)?;
        if is_meant(Key { index, generation: room.generation }) { room.tenant.as_ref() } else { None }
    }

    #[inline]
    pub(crate) fn remove(&mut self, key: Key) -> Option<T> {
        self.get(key)?;
        self.vacate(key.index)
    }

    #[inline]
    fn vacate(&mut self, index: u32) -> Option<T> {
        let room = self.rooms.get_mut(index as usize)?;
        let left = room.tenant.take()?;
        room.generation = room.generation.wrapping_add(1);
        room.before = self.vacant;
        self.vacant = index;
        self.len -= 1;
        Some(left)
    }

    /// In the order of the rooms.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &T> {
        self.rooms.iter().filter_map(|room| room.tenant.as_ref())
    }

    /// Takes any of the values: whoever takes all, and passes the same variable, the last room's first. It is no matter what comes
    /// and goes in between. The rooms stay, and with them their generations.
    pub(crate) fn pop(&mut self, below: &mut u32) -> Option<T> {
        while self.len > 0 {
            let rooms = self.rooms.len() as u32;
            // Those that came in meanwhile may be above.
            *below = if *below == 0 { rooms } else { rooms.min(*below) } - 1;
            if let Some(value) = self.vacate(*below) {
                return Some(value);
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use std::string::String;
    use std::vec::Vec;

    use super::Slab;

    #[test]
    fn a_key_is_good_for_one_tenant() {
        let mut slab = Slab::new();
        let first = slab.insert_with(|_| 'a');
        let second = slab.insert_with(|_| 'b');
        assert_eq!(slab.remove(first), Some('a'));
        assert_eq!(slab.remove(first), None);
        let third = slab.insert_with(|_| 'c');
        assert_eq!((third.index, slab.len()), (first.index, 2));
        assert_eq!((slab.get(first), slab.get(second), slab.get(third)), (None, Some(&'b'), Some(&'c')));
        assert_eq!(slab.iter().copied().collect::<String>(), "cb");
    }

    #[test]
    fn rooms_are_used_again_in_any_order() {
        let mut slab = Slab::new();
        let keys: Vec<_> = (0..100).map(|number| slab.insert_with(|_| number)).collect();
        for key in keys.iter().step_by(3) {
            slab.remove(*key);
        }
        let again: Vec<_> = (100..134).map(|number| slab.insert_with(|_| number)).collect();
        assert_eq!(slab.len(), 100);
        assert!(again.iter().all(|key| key.index < 100 && key.generation == 1));
    }

    #[test]
    fn a_key_finds_nothing_after_all_were_taken() {
        let mut slab = Slab::new();
        let keys: Vec<_> = (0..5).map(|number| slab.insert_with(|_| number)).collect();
        slab.remove(keys[1]);
        let (mut taken, mut below) = (Vec::new(), u32::MAX);
        while let Some(number) = slab.pop(&mut below) {
            taken.push(number);
            // As many come in meanwhile as there are rooms that are empty, and one.
            if number == 3 {
                (5..9).for_each(|number| _ = slab.insert_with(|_| number));
            }
        }
        assert_eq!(taken[..2], [4, 3]);
        taken.sort_unstable();
        assert_eq!((taken, slab.len()), (Vec::from([0, 2, 3, 4, 5, 6, 7, 8]), 0));
        let new: Vec<_> = (0..5).map(|number| slab.insert_with(|_| number)).collect();
        assert!(keys.iter().all(|key| slab.get(*key).is_none() && !new.contains(key)));
    }
}
