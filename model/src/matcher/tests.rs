use super::*;

fn check(matcher: &Matcher, value: Value) -> Vec<String> {
    let mismatches = matcher.compare("RTB-01", Some(&value));
    mismatches.into_iter().map(|m| format!("{} wants {}", m.pointer, m.expected)).collect()
}

#[test]
fn a_list_told_apart_by_name_has_no_order_and_no_strangers() {
    let matcher = Matcher::Keyed {
        key: "IndexName",
        elements: vec![
            ("one".into(), Matcher::Object(vec![member("A", "RTB-74", Matcher::text("x"))])),
            ("two".into(), Matcher::Object(vec![])),
        ],
        open: false,
    };
    assert_eq!(
        check(&matcher, json!([{"IndexName": "two"}, {"IndexName": "one", "A": "x"}])),
        [""; 0]
    );
    assert_eq!(
        check(&matcher, json!([{"IndexName": "one", "A": "y"}, {"IndexName": "six"}])),
        ["/one/A wants \"x\"", "/two wants present", "/six wants absent"]
    );
    assert_eq!(
        check(
            &matcher,
            json!([{"IndexName": "one", "A": "x"}, {"IndexName": "two"}, {"IndexName": "two"}])
        ),
        ["/two wants absent"]
    );
}

#[test]
fn a_bag_holds_its_values_in_any_order_and_nothing_else() {
    let bag = Matcher::Bag(vec![json!(1), json!(2)]);
    assert_eq!(check(&bag, json!([2, 1])).len(), 0);
    for wrong in [json!([]), json!([2]), json!([1, 1]), json!([1, 2, 2]), json!([1, 3]), json!({})]
    {
        assert_eq!(check(&bag, wrong).len(), 1);
    }
}

#[test]
fn items_are_all_that_are_sure_and_none_that_is_impossible() {
    let item = |number: i32| json!({"n": {"N": number.to_string()}});
    let kept = |number| item(number).as_object().expect("an item is an object").clone();
    let items = Matcher::Items { sure: vec![kept(1)], possible: vec![kept(2)] };
    for fits in [json!([item(1)]), json!([item(2), item(1)])] {
        assert_eq!(check(&items, fits).len(), 0);
    }
    for wrong in [json!([]), json!([item(2)]), json!([item(1), item(1)]), json!([item(1), 3])] {
        assert_eq!(check(&items, wrong).len(), 1);
    }
}

#[test]
fn an_item_may_show_its_numbers_and_sets_otherwise() {
    let item = json!({"n": {"N": "12.5"}, "set": {"SS": ["a", "b"]}});
    let item = item.as_object().expect("an item is an object").clone();
    for matcher in [
        Matcher::Object(vec![member("Item", "DAT-01a", Matcher::Item(item.clone()))]),
        Matcher::Object(vec![member("Item", "DAT-01a", Matcher::Item(item).or_absent())]),
    ] {
        let shown = json!({"Item": {"n": {"N": "12.50"}, "set": {"SS": ["b", "a"]}}});
        assert_eq!(check(&matcher, shown), [""; 0]);
        let another = json!({"Item": {"n": {"N": "12.05"}, "set": {"SS": ["b", "a"]}}});
        assert_eq!(check(&matcher, another).len(), 1);
        assert_eq!(check(&matcher, json!({"Item": 5})).len(), 1);
    }
}

#[test]
fn of_several_matchers_one_has_to_fit() {
    let either = Matcher::AnyOf(vec![Matcher::text("x"), Matcher::Exact(json!([]))]);
    assert_eq!(check(&either, json!([])).len(), 0);
    assert_eq!(check(&either, json!("y")), [" wants \"x\""]);
    let nothing_else = Matcher::AnyOf(vec![Matcher::Absent]);
    assert_eq!(check(&nothing_else, json!("y")), [" wants absent"]);
}

#[test]
fn two_members_have_the_same_time() {
    let matcher = Matcher::Object(vec![member("B", "UCB-02", Matcher::SameTimeAs("A"))]);
    assert_eq!(check(&matcher, json!({"A": 1.0, "B": 1})), [""; 0]);
    assert_eq!(check(&matcher, json!({"A": 1.25, "B": 1.5})), [""; 0]);
    assert_eq!(check(&matcher, json!({"A": 1, "B": 3})), ["/B wants the same time as A"]);
    assert_eq!(check(&matcher, json!({"A": 1})), ["/B wants the same time as A"]);
}

#[test]
fn a_list_in_order_has_its_elements_in_order() {
    let matcher = Matcher::List(vec![json!({"At": 2}), json!({"At": 1})]).ascending("At", "LSB-11");
    assert_eq!(check(&matcher, json!([{"At": 2}, {"At": 1}])), [" wants in ascending order of At"]);
    let matcher = Matcher::List(vec![json!({"At": 1}), json!({"At": 1})]).ascending("At", "LSB-11");
    assert_eq!(check(&matcher, json!([{"At": 1}, {"At": 1}])), [""; 0]);
}

#[test]
fn times_compare_by_millisecond_however_they_are_written() {
    let time = Matcher::Instant(1_576_616_366_715);
    for fits in ["1576616366.715", "1.576616366715E9"] {
        assert_eq!(check(&time, serde_json::from_str(fits).unwrap()).len(), 0);
    }
    // Microseconds may have been cut off on the way.
    assert_eq!(check(&time, json!(1576616366.7157)).len(), 0);
    assert_eq!(check(&time, json!(1576616366.716)).len(), 1);
    assert_eq!(check(&time, json!(1576616366.718)).len(), 1);
    assert_eq!(check(&time, json!(1576616366)).len(), 1);
    assert_eq!(check(&Matcher::Instant(5_000), json!(5.0)).len(), 0);
}

#[test]
fn every_literal_satisfies_its_matcher() {
    let matchers = [
        Matcher::OneOf(vec!["CREATING", "ACTIVE"]),
        Matcher::AnyOf(vec![Matcher::text("x"), Matcher::Absent]),
        Matcher::Between(0, 7),
        Matcher::Instant(1_576_616_366_715),
        Matcher::Bag(vec![json!(1), json!(2)]),
        Matcher::Items { sure: vec![Item::new()], possible: vec![Item::new()] },
        Matcher::Object(vec![member("A", "RTB-01", Matcher::text("x").or_absent())]),
    ];
    for matcher in matchers {
        let literal = matcher.clone().into_literal();
        assert_eq!(matcher.compare("RTB-01", literal.as_ref()), [], "{matcher:?}");
    }
}
