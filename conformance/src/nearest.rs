//! A suggestion for a word that was mistyped.

/// Changes of a letter up to which a word is taken for another one; further away it is a guess.
const NEAR: usize = 2;

/// The word that `word` is most likely meant to be, if one is near.
pub fn nearest<'a>(word: &str, words: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word = word.to_lowercase();
    words
        .into_iter()
        .map(|candidate| (distance(&word, &candidate.to_lowercase()), candidate))
        .min()
        .filter(|(distance, _)| *distance <= NEAR)
        .map(|(_, candidate)| candidate)
}

/// A hint that names the word that was meant, if one is near, before it says what else there is.
pub fn hint<'a>(word: &str, words: impl IntoIterator<Item = &'a str>, otherwise: &str) -> String {
    match nearest(word, words) {
        Some(near) => format!("did you mean `{near}`? {otherwise}"),
        None => otherwise.to_owned(),
    }
}

/// How many letters have to be inserted, removed or replaced to get from one word to the other.
fn distance(left: &str, right: &str) -> usize {
    let mut row: Vec<usize> = (0..=right.chars().count()).collect();
    for (line, letter) in left.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = line + 1;
        for (column, other) in right.chars().enumerate() {
            let replaced = diagonal + usize::from(letter != other);
            diagonal = row[column + 1];
            row[column + 1] = replaced.min(diagonal + 1).min(row[column] + 1);
        }
    }
    row[row.len() - 1]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_distance_counts_single_changes() {
        for (left, right, expected) in
            [("", "abc", 3), ("moto", "moto", 0), ("mtoo", "moto", 2), ("dynalight", "dynalite", 3)]
        {
            assert_eq!(distance(left, right), expected, "{left} {right}");
        }
    }

    #[test]
    fn only_a_near_word_is_suggested_and_case_does_not_matter() {
        assert_eq!(nearest("rtb-9O", ["RTB-90", "RTB-11"]), Some("RTB-90"));
        assert_eq!(nearest("cassandra", ["moto", "dynalite"]), None);
    }
}
