//! The commands that the server knows, with the replies of Redis.

use std::ops::ControlFlow;
use std::time::Duration;

use super::request::Request;
use super::store::Store;
use super::{number, reply};

const OK: &str = "OK";
const SYNTAX: &str = "ERR syntax error";
const NO_INTEGER: &str = "ERR value is not an integer or out of range";

/// Room for the name of any command there is.
const NAME: usize = 16;

/// Does what a request says, at this time, and writes the reply. It breaks if the client says that it is done.
pub fn execute(store: &mut Store, request: Request<'_>, now: Duration, output: &mut Vec<u8>) -> ControlFlow<()> {
    store.set_now(now);
    let mut name = [0; NAME];
    let given = &request[0];
    if given.len() <= NAME {
        for (upper, byte) in name.iter_mut().zip(given) {
            *upper = byte.to_ascii_uppercase();
        }
    }
    let name = &name[..given.len().min(NAME)];
    match (name, request.len()) {
        (b"GET", 2) => get(store, &request[1], output),
        (b"SET", 3) => {
            store.set(&request[1], &request[2], false);
            reply::simple(output, OK);
        }
        (b"SET", 4..) => answer(output, set(store, request)),
        (b"QUIT", _) => {
            reply::simple(output, OK);
            return ControlFlow::Break(());
        }
        _ => less_common(store, name, request, output),
    }
    ControlFlow::Continue(())
}

fn less_common(store: &mut Store, name: &[u8], request: Request<'_>, output: &mut Vec<u8>) {
    let keys = || request.iter().skip(1);
    match (name, request.len()) {
        (b"PING", 1) => reply::simple(output, "PONG"),
        (b"PING" | b"ECHO", 2) => reply::bulk(output, &request[1]),
        (b"EXISTS", 2..) => count(output, keys().filter(|key| store.get(key).is_some())),
        (b"DEL" | b"UNLINK", 2..) => count(output, keys().filter(|key| store.remove(key))),
        (b"STRLEN", 2) => reply::integer(output, store.get(&request[1]).map_or(0, |value| value.len() as i64)),
        (b"APPEND", 3) => {
            let value = store.get_or_new(&request[1]);
            value.extend_from_slice(&request[2]);
            reply::integer(output, value.len() as i64);
        }
        (b"SETNX", 3) => {
            let is_new = store.get(&request[1]).is_none();
            if is_new {
                store.set(&request[1], &request[2], false);
            }
            reply::integer(output, is_new.into());
        }
        (b"MGET", 2..) => {
            reply::array(output, request.len() - 1);
            keys().for_each(|key| get(store, key, output));
        }
        (b"MSET", 3..) if request.len() % 2 == 1 => {
            (1..request.len()).step_by(2).for_each(|at| store.set(&request[at], &request[at + 1], false));
            reply::simple(output, OK);
        }
        (b"INCR", 2) => answer(output, add(store, &request[1], 1)),
        (b"DECR", 2) => answer(output, add(store, &request[1], -1)),
        (b"INCRBY", 3) => answer(output, integer(&request[2]).and_then(|by| add(store, &request[1], by))),
        (b"DECRBY", 3) => {
            let by = integer(&request[2]).and_then(|by| by.checked_neg().ok_or("ERR decrement would overflow"));
            answer(output, by.and_then(|by| add(store, &request[1], by)));
        }
        (b"EXPIRE", 3) => answer(output, expire(store, request, 1000)),
        (b"PEXPIRE", 3) => answer(output, expire(store, request, 1)),
        (b"TTL", 2) => reply::integer(output, time_to_live(store, &request[1], 1000)),
        (b"PTTL", 2) => reply::integer(output, time_to_live(store, &request[1], 1)),
        (b"PERSIST", 2) => {
            let had = store.deadline(&request[1]).flatten().is_some();
            store.set_deadline(&request[1], None);
            reply::integer(output, had.into());
        }
        (b"TYPE", 2) => reply::simple(output, if store.get(&request[1]).is_some() { "string" } else { "none" }),
        (b"DBSIZE", 1) => reply::integer(output, store.len() as i64),
        (b"FLUSHALL" | b"FLUSHDB", 1..=2) => {
            store.clear();
            reply::simple(output, OK);
        }
        (b"SELECT", 2) => match integer(&request[1]) {
            Ok(0) => reply::simple(output, OK),
            Ok(_) => reply::error(output, "ERR DB index is out of range"),
            Err(error) => reply::error(output, error),
        },
        // What clients ask before they begin, and can do without.
        (b"CONFIG", 3..) if request[1].eq_ignore_ascii_case(b"GET") => configuration(&request[2], output),
        (b"COMMAND", 1..) => reply::array(output, 0),
        (b"CLIENT", 3..) if request[1].eq_ignore_ascii_case(b"SETNAME") => reply::simple(output, OK),
        (b"HELLO", 2..) => reply::error(output, "NOPROTO unsupported protocol version"),
        (
            b"PING" | b"ECHO" | b"GET" | b"SET" | b"EXISTS" | b"DEL" | b"UNLINK" | b"STRLEN" | b"APPEND" | b"SETNX"
            | b"MGET" | b"MSET" | b"INCR" | b"DECR" | b"INCRBY" | b"DECRBY" | b"EXPIRE" | b"PEXPIRE" | b"TTL" | b"PTTL"
            | b"PERSIST" | b"TYPE" | b"DBSIZE" | b"FLUSHALL" | b"FLUSHDB" | b"SELECT" | b"CONFIG" | b"CLIENT",
            _,
        ) => {
            let name = String::from_utf8_lossy(name).to_lowercase();
            reply::error(output, format!("ERR wrong number of arguments for '{name}' command"));
        }
        _ => unknown(output, request),
    }
}

/// What `redis-benchmark` shows beside its figures.
fn configuration(name: &[u8], output: &mut Vec<u8>) {
    let value: &[u8] = match name {
        b"save" => b"",
        b"appendonly" => b"no",
        _ => return reply::array(output, 0),
    };
    reply::array(output, 2);
    reply::bulk(output, name);
    reply::bulk(output, value);
}

fn unknown(output: &mut Vec<u8>, request: Request<'_>) {
    const SHOWN: usize = 128;
    let cut = |bytes: &[u8], length: usize| String::from_utf8_lossy(&bytes[..bytes.len().min(length)]).into_owned();
    let mut shown = String::new();
    for argument in request.iter().skip(1) {
        if shown.len() >= SHOWN {
            break;
        }
        shown += &format!("'{}' ", cut(argument, SHOWN - shown.len()));
    }
    let name = cut(&request[0], SHOWN);
    reply::error(output, format!("ERR unknown command '{name}', with args beginning with: {shown}"));
}

/// What a command that can fail replies.
enum Reply {
    Ok,
    Nil,
    Integer(i64),
}

fn answer(output: &mut Vec<u8>, result: Result<Reply, &str>) {
    match result {
        Ok(Reply::Ok) => reply::simple(output, OK),
        Ok(Reply::Nil) => reply::nil(output),
        Ok(Reply::Integer(number)) => reply::integer(output, number),
        Err(error) => reply::error(output, error),
    }
}

#[inline]
fn get(store: &Store, key: &[u8], output: &mut Vec<u8>) {
    match store.get(key) {
        None => reply::nil(output),
        Some(value) => reply::bulk(output, value),
    }
}

fn count<K>(output: &mut Vec<u8>, keys: impl Iterator<Item = K>) {
    reply::integer(output, keys.count() as i64);
}

/// With more than a key and a value.
fn set(store: &mut Store, request: Request<'_>) -> Result<Reply, &'static str> {
    let (mut exists, mut deadline, mut keep) = (None, None, false);
    let mut options = request.iter().skip(3);
    while let Some(option) = options.next() {
        match option.to_ascii_uppercase().as_slice() {
            b"NX" if exists.is_none() => exists = Some(false),
            b"XX" if exists.is_none() => exists = Some(true),
            b"KEEPTTL" if deadline.is_none() => keep = true,
            unit @ (b"EX" | b"PX") if deadline.is_none() && !keep => {
                let given = integer(options.next().ok_or(SYNTAX)?)?;
                let milliseconds = given.checked_mul(if unit == b"EX" { 1000 } else { 1 }).filter(|time| *time > 0);
                let milliseconds = milliseconds.ok_or("ERR invalid expire time in 'set' command")?;
                deadline = Some(store.now() + Duration::from_millis(milliseconds as u64));
            }
            _ => return Err(SYNTAX),
        }
    }
    if exists.is_some_and(|exists| exists != store.get(&request[1]).is_some()) {
        return Ok(Reply::Nil);
    }
    store.set(&request[1], &request[2], keep);
    if deadline.is_some() {
        store.set_deadline(&request[1], deadline);
    }
    Ok(Reply::Ok)
}

fn integer(text: &[u8]) -> Result<i64, &'static str> {
    number::parse(text).ok_or(NO_INTEGER)
}

fn add(store: &mut Store, key: &[u8], by: i64) -> Result<Reply, &'static str> {
    let before = store.get(key).map_or(Ok(0), |value| integer(value))?;
    let sum = before.checked_add(by).ok_or("ERR increment or decrement would overflow")?;
    let value = store.get_or_new(key);
    value.clear();
    number::write(value, sum);
    Ok(Reply::Integer(sum))
}

fn expire(store: &mut Store, request: Request<'_>, milliseconds: i64) -> Result<Reply, &'static str> {
    let given = integer(&request[2])?;
    let error = match milliseconds {
        1 => "ERR invalid expire time in 'pexpire' command",
        _ => "ERR invalid expire time in 'expire' command",
    };
    let time = given.checked_mul(milliseconds).ok_or(error)?;
    let key = &request[1];
    let set = match u64::try_from(time) {
        Ok(time @ 1..) => store.set_deadline(key, Some(store.now() + Duration::from_millis(time))),
        // That was before now.
        _ => store.remove(key),
    };
    Ok(Reply::Integer(set.into()))
}

/// -2 if there is no such key, -1 if it is kept for ever.
fn time_to_live(store: &Store, key: &[u8], milliseconds: u128) -> i64 {
    match store.deadline(key) {
        None => -2,
        Some(None) => -1,
        Some(Some(deadline)) => {
            let left = deadline.saturating_sub(store.now()).as_millis();
            i64::try_from((left + milliseconds / 2) / milliseconds).unwrap_or(i64::MAX)
        }
    }
}
