//! Tags and time to live.

use serde_json::{Value, json};

use super::arns::arn_of;
use super::{Call, ask};
use crate::request::Operation;

/// Tags are given to a table, taken from it and listed.
pub(super) fn tags(name: &str) -> Vec<Call> {
    let arn = arn_of(name);
    let tag = |key: &str| json!({"Key": key, "Value": "yes"});
    let give = |how: &str, arn: &str, tags: Value| {
        let body = json!({"ResourceArn": arn, "Tags": tags});
        ask(format!("TagResource {name}{how}"), Operation::TagResource, body)
    };
    let take = |how: &str, arn: &str, keys: Value| {
        let body = json!({"ResourceArn": arn, "TagKeys": keys});
        ask(format!("UntagResource {name}{how}"), Operation::UntagResource, body)
    };
    let list = |how: &str, arn: &str| {
        let body = json!({ "ResourceArn": arn });
        ask(format!("ListTagsOfResource {name}{how}"), Operation::ListTagsOfResource, body)
    };
    let too_many: Vec<_> = (0..51).map(|number| tag(&format!("tag-{number}"))).collect();
    let backup = format!("{arn}/backup/00000000000000-00000000");
    vec![
        give("", &arn, json!([tag("team")])),
        give(" with no tags", &arn, json!([])),
        give(" with a reserved tag", &arn, json!([tag("aws:team")])),
        give(" with too many tags", &arn, json!(too_many)),
        give(" by its name", name, json!([tag("team")])),
        give(" by the ARN of its backup", &backup, json!([tag("team")])),
        take("", &arn, json!(["team"])),
        take(" of no tags", &arn, json!([])),
        list("", &arn),
        list(" by its name", name),
        list(" by the ARN of its backup", &backup),
    ]
}

/// Time to live of a table is switched on and off, and described.
pub(super) fn time_to_live(name: &str) -> Vec<Call> {
    let update = |how: &str, enabled: bool| {
        let wanted = json!({"Enabled": enabled, "AttributeName": "expires"});
        let body = json!({"TableName": name, "TimeToLiveSpecification": wanted});
        ask(format!("UpdateTimeToLive of {name}, {how}"), Operation::UpdateTimeToLive, body)
    };
    let describe = format!("DescribeTimeToLive of {name}");
    vec![
        update("on", true),
        update("off", false),
        ask(describe, Operation::DescribeTimeToLive, json!({ "TableName": name })),
    ]
}
