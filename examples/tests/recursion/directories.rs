//! `directories`: the files below a folder.

use super::*;

#[test]
fn an_empty_folder() {
    let folder = Folder::new("empty");
    assert_output(&run("directories", &[&*folder], b""), 0, &folder.with(&[]), "");
}

#[test]
fn paths_are_sorted_by_the_names_in_each_folder() {
    let folder = Folder::new("sorted");
    for name in ["b/z", "b/a/1", "b.txt", "a b", "Z", "c/d/e"] {
        folder.file(name, "");
    }
    let expected = folder.with(&["Z", "a b", "b", "b/a", "b/a/1", "b/z", "b.txt", "c", "c/d", "c/d/e"]);
    assert_output(&run("directories", &[&*folder], b""), 0, &expected, "");
}

#[test]
fn the_current_folder() {
    let folder = Folder::new("current");
    folder.file("a/b", "");
    let output = Command::new(program("directories")).current_dir(&*folder).output().unwrap();
    let expected = lines([Path::new("."), &Path::new(".").join("a"), &Path::new(".").join("a/b")].map(Path::display));
    assert_output(&output, 0, &expected, "");
}

#[test]
fn a_file() {
    let folder = Folder::new("file");
    let file = folder.file("a", "");
    assert_output(&run("directories", &[&file], b""), 0, &lines([file.display()]), "");
}

#[test]
fn a_missing_folder() {
    let folder = Folder::new("missing");
    let path = folder.join("nowhere");
    let complaint = format!("directories: {}: {}\n", path.display(), missing(&path));
    assert_output(&run("directories", &[&path], b""), 1, "", &complaint);
}

#[test]
fn too_many_arguments() {
    let complaint = "directories: too many arguments\nusage: directories [FOLDER]\n";
    assert_output(&run("directories", &["a", "b"], b""), 2, "", complaint);
}

#[test]
fn a_deep_folder() {
    let folder = Folder::new("deep");
    let mut paths = vec![folder.to_owned()];
    for _ in 0..500 {
        let next = paths.last().unwrap().join("d");
        fs::create_dir(&next).unwrap();
        paths.push(next);
    }
    let expected = lines(paths.iter().map(|path| path.display()));
    assert_output(&run("directories", &[&*folder], b""), 0, &expected, "");
}

#[test]
fn a_reader_who_has_gone_away() {
    let folder = Folder::new("head");
    folder.file("a/b", "");
    folder.file("c", "");
    let first = folder.display().to_string();
    assert_head("directories", &[&*folder], b"", &[&first, &folder.join("a").display().to_string()]);
    let output = finish(start("directories", &[&*folder], pipe_without_a_reader().into()), b"");
    assert_output(&output, 0, "", "");
}

/// The program cannot be further than a full pipe ahead of its reader, who has the entry removed after its folder
/// was read and before the walk comes to it.
#[test]
fn an_entry_that_vanishes_is_skipped() {
    let folder = Folder::new("vanished");
    for number in 0..4000 {
        folder.file(format!("a/{number:0100}"), "");
    }
    let (gone, last) = (folder.file("b", ""), folder.file("c", ""));
    let mut child = start("directories", &[&*folder], Stdio::piped());
    let mut output = BufReader::with_capacity(64, child.stdout.take().unwrap());
    let mut printed = String::new();
    for _ in 0..2 {
        output.read_line(&mut printed).unwrap();
    }
    fs::remove_file(&gone).unwrap();
    let reason = missing(&gone);
    output.read_to_string(&mut printed).unwrap();
    assert_eq!(printed.lines().count(), 4003);
    assert!(printed.ends_with(&format!("\n{}\n", last.display())));
    let complaint = format!("directories: {}: {reason}\n", gone.display());
    assert_output(&child.wait_with_output().unwrap(), 1, "", &complaint);
}

#[cfg(unix)]
mod unix {
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::fs::{PermissionsExt, symlink};
    use std::os::unix::process::CommandExt;

    use super::*;

    #[test]
    fn symbolic_links_are_not_followed() {
        let folder = Folder::new("links");
        folder.file("a/b", "");
        symlink(&*folder, folder.join("a/loop")).unwrap();
        symlink("nowhere", folder.join("dangling")).unwrap();
        let expected = folder.with(&["a", "a/b", "a/loop", "dangling"]);
        assert_output(&run("directories", &[&*folder], b""), 0, &expected, "");
        let link = folder.join("a/loop");
        assert_output(&run("directories", &[&link], b""), 0, &lines([link.display()]), "");
    }

    #[test]
    fn an_unreadable_folder_is_skipped() {
        let folder = Folder::new("unreadable");
        folder.file("a/hidden", "");
        folder.file("b", "");
        let forbidden = folder.join("a");
        fs::set_permissions(&forbidden, fs::Permissions::from_mode(0o000)).unwrap();
        let mut command = Command::new(program("directories"));
        let everybodys = Folder::new("everybodys");
        if fs::read_dir(&forbidden).is_ok() {
            // We are root, whom no permission stops, but nobody is.
            fs::set_permissions(&*folder, fs::Permissions::from_mode(0o755)).unwrap();
            command = Command::new(for_everybody("directories", &everybodys));
            command.uid(65534);
        }
        let output = command.arg(&*folder).output().expect("nobody may run the program");
        fs::set_permissions(&forbidden, fs::Permissions::from_mode(0o700)).unwrap();
        let reason = std::io::Error::from_raw_os_error(13);
        let complaint = format!("directories: {}: {reason}\n", forbidden.display());
        assert_output(&output, 1, &folder.with(&["a", "b"]), &complaint);
    }

    #[test]
    fn names_that_are_not_utf8_are_printed_lossily() {
        let folder = Folder::new("lossy");
        let name = OsStr::from_bytes(b"x\xffy");
        // Some file systems refuse such names.
        if fs::create_dir(folder.join(name)).is_ok() {
            folder.file(Path::new(name).join("z"), "");
            let expected = folder.with(&["x\u{fffd}y", "x\u{fffd}y/z"]);
            assert_output(&run("directories", &[&*folder], b""), 0, &expected, "");
        }
        let path = folder.join(OsStr::from_bytes(b"no\xffwhere"));
        let complaint = format!("directories: {}: {}\n", path.display(), missing(&path));
        assert_output(&run("directories", &[&path], b""), 1, "", &complaint);
    }
}
