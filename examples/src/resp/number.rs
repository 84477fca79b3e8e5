//! Numbers in decimal digits.

/// A number as Redis accepts it: nothing but a minus and digits, the first of which is no 0.
pub(super) fn parse(digits: &[u8]) -> Option<i64> {
    // A number of few digits, which most are, can't overflow.
    if let [first @ b'1'..=b'9', rest @ ..] = digits {
        if rest.len() < 18 {
            let mut number = i64::from(first - b'0');
            for digit in rest {
                number = number * 10 + i64::from(value(*digit)?);
            }
            return Some(number);
        }
    }
    parse_any(digits)
}

#[cold]
fn parse_any(text: &[u8]) -> Option<i64> {
    let (negative, digits) = match text {
        b"0" => return Some(0),
        [b'-', digits @ ..] => (true, digits),
        digits => (false, digits),
    };
    if digits.first().is_none_or(|first| *first == b'0') {
        return None;
    }
    // Counted downwards, where there is one number more.
    let mut number = 0_i64;
    for digit in digits {
        number = number.checked_mul(10)?.checked_sub(i64::from(value(*digit)?))?;
    }
    if negative { Some(number) } else { number.checked_neg() }
}

fn value(digit: u8) -> Option<u8> {
    digit.is_ascii_digit().then(|| digit - b'0')
}

/// Adds the digits of a number.
pub(super) fn write(output: &mut Vec<u8>, number: i64) {
    let mut digits = [0; 20];
    let mut at = digits.len();
    let mut rest = number.unsigned_abs();
    loop {
        at -= 1;
        digits[at] = b'0' + (rest % 10) as u8;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    if number < 0 {
        at -= 1;
        digits[at] = b'-';
    }
    output.extend_from_slice(&digits[at..]);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        for number in [0, 1, -1, 9, 10, -10, 99, 100, i64::MAX, i64::MAX - 1, i64::MIN, i64::MIN + 1, 10_i64.pow(18)] {
            let mut digits = Vec::new();
            write(&mut digits, number);
            assert_eq!(digits, number.to_string().as_bytes());
            assert_eq!(parse(&digits), Some(number));
        }
    }

    #[test]
    fn nothing_but_a_number_is_one() {
        for text in ["", "-", "+1", " 1", "1 ", "01", "-0", "00", "-01", "1a", "a", "--1", "0x1", "1.0"] {
            assert_eq!(parse(text.as_bytes()), None, "{text}");
        }
        for text in ["9223372036854775808", "-9223372036854775809", "99999999999999999999", "1000000000000000000000"] {
            assert_eq!(parse(text.as_bytes()), None, "{text}");
        }
    }
}
