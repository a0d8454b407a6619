//! Amounts in Chinese capitals, by 正确填写票据和结算凭证的基本规定 (银发〔1997〕393号).

const DIGITS: [char; 10] = ['零', '壹', '贰', '叁', '肆', '伍', '陆', '柒', '捌', '玖'];
const HUNDRED_MILLION: u64 = 100_000_000;

/// Writes `fen` (分) in capitals. Where the rule leaves a choice (元 position 0 before a non-zero 角), a 零 is
/// written; after 角 without 分 we write 整.
pub(super) fn write(fen: u64, out: &mut String) {
    let (yuan, jiao, cent) = (fen / 100, fen / 10 % 10, fen % 10);
    if yuan > 0 {
        whole(yuan, out);
        out.push('元');
    } else if fen == 0 {
        out.push_str("零元");
    }
    if jiao == 0 && cent == 0 {
        out.push('整');
        return;
    }
    if yuan > 0 && (jiao == 0 || yuan.is_multiple_of(10)) {
        out.push('零');
    }
    if jiao > 0 {
        push_digit(jiao, out);
        out.push('角');
    }
    if cent > 0 {
        push_digit(cent, out);
        out.push('分');
    } else {
        out.push('整');
    }
}

/// Writes a whole number above zero. What stands before 亿 is itself such a number, so 万亿 needs no case of its own.
fn whole(value: u64, out: &mut String) {
    let above = value / HUNDRED_MILLION;
    if above > 0 {
        whole(above, out);
        out.push('亿');
    }
    let (ten_thousands, rest) = (value % HUNDRED_MILLION / 10_000, value % 10_000);
    if ten_thousands > 0 {
        if above > 0 && ten_thousands < 1000 {
            out.push('零');
        }
        group(ten_thousands, out);
        out.push('万');
    }
    if rest > 0 {
        // A 万 group of nothing but zeros is spoken as one 零 even before a full 仟.
        let skipped = above > 0 && ten_thousands == 0;
        if skipped || (ten_thousands > 0 && rest < 1000) {
            out.push('零');
        }
        group(rest, out);
    }
}

/// Writes 1 to 9999; a gap between its digits becomes one 零.
fn group(value: u64, out: &mut String) {
    let mut gap = false;
    let mut started = false;
    for (unit, name) in [(1000, Some('仟')), (100, Some('佰')), (10, Some('拾')), (1, None)] {
        let digit = value / unit % 10;
        if digit == 0 {
            gap = started;
            continue;
        }
        if gap {
            out.push('零');
        }
        (gap, started) = (false, true);
        push_digit(digit, out);
        out.extend(name);
    }
}

/// Writes one digit, 0 to 9.
fn push_digit(digit: u64, out: &mut String) {
    out.extend(usize::try_from(digit).ok().and_then(|index| DIGITS.get(index)));
}

#[cfg(test)]
mod tests {
    use crate::kernel::money::Fen;

    #[test]
    fn the_examples_of_the_rule_and_its_corners() {
        for (fen, words) in [
            (140_950, "壹仟肆佰零玖元伍角整"),
            (600_714, "陆仟零柒元壹角肆分"),
            (10_700_053, "壹拾万柒仟元零伍角叁分"),
            (1_640_902, "壹万陆仟肆佰零玖元零贰分"),
            (32_504, "叁佰贰拾伍元零肆分"),
            (168_032, "壹仟陆佰捌拾元零叁角贰分"),
            (0, "零元整"),
            (5, "伍分"),
            (50, "伍角整"),
            (53, "伍角叁分"),
            (1_000, "壹拾元整"),
            (1_005, "壹拾元零伍分"),
            (100_100, "壹仟零壹元整"),
            (10_000_000, "壹拾万元整"),
            (100_050_000, "壹佰万零伍佰元整"),
            (2_000_050_000, "贰仟万零伍佰元整"),
            (10_000_000_000, "壹亿元整"),
            (10_000_000_100, "壹亿零壹元整"),
            (10_000_200_000, "壹亿零贰仟元整"),
            (10_001_000_000, "壹亿零壹万元整"),
            (12_000_000_000, "壹亿贰仟万元整"),
            (10_205_000_800, "壹亿零贰佰零伍万零捌元整"),
            (100_000_000_000_000, "壹万亿元整"),
            (100_000_000_000_001, "壹万亿元零壹分"),
            (100_020_000_000_000, "壹万零贰亿元整"),
            (-32_504, "负叁佰贰拾伍元零肆分"),
        ] {
            assert_eq!(Fen::from_fen(fen).in_capitals(), words, "{fen}");
        }
    }

    #[test]
    fn a_whole_zero_group_below_a_full_one_speaks_once() {
        assert_eq!(Fen::from_yuan(1_0000_0000_0001).in_capitals(), "壹万亿零壹元整");
        assert_eq!(
            Fen::from_fen(i64::MIN).in_capitals(),
            "负玖亿贰仟贰佰叁拾叁万柒仟贰佰零叁亿陆仟捌佰伍拾肆万柒仟柒佰伍拾捌元零捌分"
        );
    }
}
