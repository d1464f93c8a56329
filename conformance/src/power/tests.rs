use super::*;

async fn row(name: &str) -> Row {
    Search::new(Depth::Quick, 1).seek(Fault::named(name).unwrap()).await
}

#[tokio::test]
async fn the_specification_is_clean_and_a_fault_is_found_by_its_rule() {
    let control = Search::new(Depth::Quick, 1).control().await;
    assert_eq!(control, [""; 0]);
    let row = row("restored-table-is-empty").await;
    assert!(row.is_settled(), "{row:?}");
    let Verdict::Found(found) = row.verdict else { panic!("{row:?}") };
    assert!(Fault::named("restored-table-is-empty").unwrap().rules.contains(&found.rule));
    assert!(found.counts && found.depth == "quick" && !found.told, "{found:?}");
    assert!(found.calls_of_case <= found.calls, "{found:?}");
}
