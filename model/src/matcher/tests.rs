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

#[test]
fn what_is_wanted_is_said_in_words() {
    let item = |key: &str| json!({"k": {"S": key}}).as_object().expect("an object").clone();
    let form = |middle: &str| ("arn:aws:dynamodb:us-east-1:".to_owned(), middle.to_owned());
    let (prefix, suffix) = form(":table/Music");
    let table = Matcher::Form(Form::TableArn { prefix, suffix });
    let (prefix, middle) = form(":table/Music/backup/");
    let backup = Matcher::Form(Form::BackupArn { prefix, middle });
    for (matcher, words) in [
        (Matcher::text("x"), "\"x\""),
        (Matcher::OneOf(vec!["CREATING", "ACTIVE"]), "one of CREATING, ACTIVE"),
        (Matcher::text("x").usually(), "\"x\" or absent"),
        (Matcher::Anything.or_absent(), "absent or anything"),
        (Matcher::Between(7, 7), "7"),
        (Matcher::Between(7, 9), "a whole number from 7 to 9"),
        (Matcher::Between(7, u64::MAX), "a whole number from 7"),
        (Matcher::Instant(1_500), "1.5"),
        (Matcher::InstantBetween(1_000, 2_500), "a time from 1 to 2.5"),
        (Matcher::Form(Form::TableId), "a UUID in lower case"),
        (Matcher::Form(Form::NewTableId(vec![])), "a new UUID in lower case"),
        (Matcher::Form(Form::KeyArn), "the ARN of a KMS key"),
        (table, "arn:aws:dynamodb:us-east-1:<account>:table/Music"),
        (
            backup,
            "arn:aws:dynamodb:us-east-1:<account>:table/Music/backup/<14 digits>-<8 hex digits>",
        ),
        (Matcher::Object(vec![]), "an object"),
        (
            Matcher::Keyed {
                key: "IndexName",
                elements: vec![("a".into(), Matcher::Anything), ("b".into(), Matcher::Anything)],
                open: false,
            },
            "a list of [a, b]",
        ),
        (Matcher::List(vec![json!(1)]).ascending("At", "LSB-11"), "[1]"),
        (Matcher::SameTimeAs("A"), "the same time as A"),
        (Matcher::CountOf("Items"), "as many as there are Items"),
        (Matcher::Bag(vec![json!(1)]), "in any order [1]"),
        (Matcher::Item(item("a")), "{\"k\":{\"S\":\"a\"}}"),
        (
            Matcher::Items { sure: vec![item("a")], possible: vec![] },
            "in any order [{\"k\":{\"S\":\"a\"}}]",
        ),
        (
            Matcher::Items { sure: vec![], possible: vec![item("a")] },
            "in any order [] and possibly [{\"k\":{\"S\":\"a\"}}]",
        ),
    ] {
        assert_eq!(matcher.describe(), words);
    }
}

#[test]
fn the_rules_of_a_matcher_are_those_of_all_its_parts() {
    let inner = Matcher::Object(vec![member("B", "RTB-02", Matcher::Anything)]);
    let list = Matcher::Keyed { key: "k", elements: vec![("a".into(), inner)], open: true };
    let either = Matcher::AnyOf(vec![
        Matcher::Object(vec![member("C", "RTB-03", Matcher::Anything)]),
        list.ascending("At", "LSB-11").or_absent(),
    ]);
    let mut rules = vec![];
    Matcher::Object(vec![member("A", "RTB-01", either)]).rules(&mut rules);
    assert_eq!(rules, ["RTB-01", "RTB-03", "LSB-11", "RTB-02"]);
}

#[test]
fn what_one_side_leaves_out_and_the_other_shows_is_one_of_the_two_where_a_side_is_taken() {
    let matcher = |rule| {
        let inner = Matcher::Object(vec![member("In", rule, Matcher::text("x").or_absent())]);
        Matcher::Object(vec![
            member("Out", rule, Matcher::text("x").or_absent()),
            member("Around", "RTB-01", inner),
        ])
    };
    let of = |matcher: Matcher| match matcher {
        Matcher::Object(mut members) => {
            let Matcher::Object(mut inner) = members.remove(1).matcher else { panic!() };
            let (outer, inner) = (members.remove(0).matcher, inner.remove(0).matcher);
            assert_eq!(outer, inner);
            outer
        }
        other => panic!("{other:?}"),
    };
    // These two contest each other.
    let (seen, documented) = ("RFB-003", "RTB-91b");
    for rule in [seen, documented] {
        assert_eq!(of(matcher(rule).under(Evidence::Both)), Matcher::text("x").or_absent());
    }
    assert_eq!(of(matcher(seen).under(Evidence::Observed)), Matcher::Absent);
    assert_eq!(of(matcher(seen).under(Evidence::Documented)), Matcher::text("x"));
    assert_eq!(of(matcher(documented).under(Evidence::Documented)), Matcher::Absent);
    assert_eq!(of(matcher(documented).under(Evidence::Observed)), Matcher::text("x"));
    // Nobody contests this one, so no side can be taken.
    assert_eq!(of(matcher("RTB-01").under(Evidence::Observed)), Matcher::text("x").or_absent());
}

#[test]
fn a_made_up_text_has_its_form_in_every_part() {
    let accepts = |form: &Form, text: &str, expected: bool| {
        assert_eq!(form.accepts(text), expected, "{text}");
    };
    let id = "00000000-0000-4000-8000-00000000000f";
    accepts(&Form::TableId, id, true);
    for bad in [
        "",
        "00000000-0000-4000-8000-00000000000F",
        "00000000-0000-4000-8000-00000000000g",
        "00000000-0000-4000-8000-0000000000000",
        "000000000-000-4000-8000-00000000000f",
        "00000000-0000-4000-8000",
    ] {
        accepts(&Form::TableId, bad, false);
    }
    let taken = crate::name::TableId::new(id).expect("an id");
    accepts(&Form::NewTableId(vec![taken.clone()]), id, false);
    accepts(&Form::NewTableId(vec![taken]), "10000000-0000-4000-8000-00000000000f", true);
    accepts(&Form::NewTableId(vec![]), "f", false);

    let (prefix, suffix) = ("arn:aws:dynamodb:us-east-1:".to_owned(), ":table/Music".to_owned());
    let table = Form::TableArn { prefix, suffix };
    accepts(&table, "arn:aws:dynamodb:us-east-1:123456789012:table/Music", true);
    for bad in [
        "arn:aws:dynamodb:us-east-1:12345678901x:table/Music",
        "arn:aws:dynamodb:us-east-1:12345678901:table/Music",
        "arn:aws:dynamodb:us-east-2:123456789012:table/Music",
        "arn:aws:dynamodb:us-east-1:123456789012:table/Music2",
    ] {
        accepts(&table, bad, false);
    }
    let prefix = "arn:aws:dynamodb:us-east-1:".to_owned();
    let backup = Form::BackupArn { prefix, middle: ":table/Music/backup/".to_owned() };
    let arn = |id: &str| format!("arn:aws:dynamodb:us-east-1:123456789012:table/Music/backup/{id}");
    accepts(&backup, &arn("01489602797149-73d8d5bc"), true);
    for bad in [
        "01489602797149",
        "1489602797149-73d8d5bc",
        "0148960279714x-73d8d5bc",
        "01489602797149-73d8d5b",
        "01489602797149-73d8d5bcd",
        "01489602797149-73D8D5BC",
        "01489602797149-73d8d5bg",
    ] {
        accepts(&backup, &arn(bad), false);
    }
    accepts(&Form::KeyArn, "arn:aws:kms:us-east-1:123456789012:key/x", true);
    accepts(&Form::KeyArn, "alias/aws/dynamodb", false);
}

#[test]
fn what_is_no_time_is_no_milliseconds() {
    assert_eq!(millis(&json!(1.5)), Some(1_500));
    assert_eq!(millis(&json!(0)), Some(0));
    for bad in [json!(-1), json!("1"), json!(null)] {
        assert_eq!(millis(&bad), None, "{bad}");
    }
}
