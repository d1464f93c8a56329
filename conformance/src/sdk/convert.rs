//! The structures inside requests: schemas, indexes, capacities and items.
//!
//! Nothing is checked here that the SDK does not check itself: names, lengths, ranges and words of
//! enumerations pass as they are, since those are for the endpoint to judge.

use aws_sdk_dynamodb::error::BuildError;
use aws_sdk_dynamodb::primitives::Blob;
use aws_sdk_dynamodb::types::{
    AttributeDefinition, AttributeValue, GlobalSecondaryIndex, KeySchemaElement,
    LocalSecondaryIndex, OnDemandThroughput, Projection, ProvisionedThroughput, SseSpecification,
    StreamSpecification, Tag, WarmThroughput,
};
use serde_json::Value;

use super::members::{Members, Refusal, boolean, integer, list, map, object, refuse, string, word};

pub(super) fn attribute_definition(
    value: &Value,
    pointer: &str,
) -> Result<AttributeDefinition, Refusal> {
    let mut members = Members::of(value, pointer)?;
    let builder = AttributeDefinition::builder()
        .set_attribute_name(members.optional("AttributeName", string)?)
        .set_attribute_type(members.optional("AttributeType", word)?);
    members.finish()?;
    built(builder.build(), pointer)
}

pub(super) fn key_schema_element(
    value: &Value,
    pointer: &str,
) -> Result<KeySchemaElement, Refusal> {
    let mut members = Members::of(value, pointer)?;
    let builder = KeySchemaElement::builder()
        .set_attribute_name(members.optional("AttributeName", string)?)
        .set_key_type(members.optional("KeyType", word)?);
    members.finish()?;
    built(builder.build(), pointer)
}

pub(super) fn global_index(value: &Value, pointer: &str) -> Result<GlobalSecondaryIndex, Refusal> {
    let mut members = Members::of(value, pointer)?;
    let builder = GlobalSecondaryIndex::builder()
        .set_index_name(members.optional("IndexName", string)?)
        .set_key_schema(members.optional("KeySchema", list(key_schema_element))?)
        .set_projection(members.optional("Projection", projection)?)
        .set_provisioned_throughput(members.optional("ProvisionedThroughput", provisioned)?)
        .set_on_demand_throughput(members.optional("OnDemandThroughput", on_demand)?)
        .set_warm_throughput(members.optional("WarmThroughput", warm)?);
    members.finish()?;
    built(builder.build(), pointer)
}

pub(super) fn local_index(value: &Value, pointer: &str) -> Result<LocalSecondaryIndex, Refusal> {
    let mut members = Members::of(value, pointer)?;
    let builder = LocalSecondaryIndex::builder()
        .set_index_name(members.optional("IndexName", string)?)
        .set_key_schema(members.optional("KeySchema", list(key_schema_element))?)
        .set_projection(members.optional("Projection", projection)?);
    members.finish()?;
    built(builder.build(), pointer)
}

fn projection(value: &Value, pointer: &str) -> Result<Projection, Refusal> {
    let mut members = Members::of(value, pointer)?;
    let builder = Projection::builder()
        .set_projection_type(members.optional("ProjectionType", word)?)
        .set_non_key_attributes(members.optional("NonKeyAttributes", list(string))?);
    members.finish()?;
    Ok(builder.build())
}

pub(super) fn provisioned(value: &Value, pointer: &str) -> Result<ProvisionedThroughput, Refusal> {
    let mut members = Members::of(value, pointer)?;
    let builder = ProvisionedThroughput::builder()
        .set_read_capacity_units(members.optional("ReadCapacityUnits", integer)?)
        .set_write_capacity_units(members.optional("WriteCapacityUnits", integer)?);
    members.finish()?;
    built(builder.build(), pointer)
}

pub(super) fn on_demand(value: &Value, pointer: &str) -> Result<OnDemandThroughput, Refusal> {
    let mut members = Members::of(value, pointer)?;
    let builder = OnDemandThroughput::builder()
        .set_max_read_request_units(members.optional("MaxReadRequestUnits", integer)?)
        .set_max_write_request_units(members.optional("MaxWriteRequestUnits", integer)?);
    members.finish()?;
    Ok(builder.build())
}

pub(super) fn warm(value: &Value, pointer: &str) -> Result<WarmThroughput, Refusal> {
    let mut members = Members::of(value, pointer)?;
    let builder = WarmThroughput::builder()
        .set_read_units_per_second(members.optional("ReadUnitsPerSecond", integer)?)
        .set_write_units_per_second(members.optional("WriteUnitsPerSecond", integer)?);
    members.finish()?;
    Ok(builder.build())
}

pub(super) fn encryption(value: &Value, pointer: &str) -> Result<SseSpecification, Refusal> {
    let mut members = Members::of(value, pointer)?;
    let builder = SseSpecification::builder()
        .set_enabled(members.optional("Enabled", boolean)?)
        .set_sse_type(members.optional("SSEType", word)?)
        .set_kms_master_key_id(members.optional("KMSMasterKeyId", string)?);
    members.finish()?;
    Ok(builder.build())
}

pub(super) fn stream(value: &Value, pointer: &str) -> Result<StreamSpecification, Refusal> {
    let mut members = Members::of(value, pointer)?;
    let builder = StreamSpecification::builder()
        .set_stream_enabled(members.optional("StreamEnabled", boolean)?)
        .set_stream_view_type(members.optional("StreamViewType", word)?);
    members.finish()?;
    built(builder.build(), pointer)
}

pub(super) fn tag(value: &Value, pointer: &str) -> Result<Tag, Refusal> {
    let mut members = Members::of(value, pointer)?;
    let builder = Tag::builder()
        .set_key(members.optional("Key", string)?)
        .set_value(members.optional("Value", string)?);
    members.finish()?;
    built(builder.build(), pointer)
}

/// A value of an item: an object whose only member names the type.
pub(super) fn attribute_value(value: &Value, pointer: &str) -> Result<AttributeValue, Refusal> {
    let mut members = object(value, pointer)?.iter();
    let (Some((kind, inner)), None) = (members.next(), members.next()) else {
        return refuse(pointer, "a value has exactly one type");
    };
    let at = format!("{pointer}/{kind}");
    Ok(match kind.as_str() {
        "S" => AttributeValue::S(string(inner, &at)?),
        "N" => AttributeValue::N(string(inner, &at)?),
        "B" => AttributeValue::B(binary(inner, &at)?),
        "BOOL" => AttributeValue::Bool(boolean(inner, &at)?),
        "NULL" => AttributeValue::Null(boolean(inner, &at)?),
        "L" => AttributeValue::L(list(attribute_value)(inner, &at)?),
        "M" => AttributeValue::M(map(attribute_value)(inner, &at)?),
        "SS" => AttributeValue::Ss(list(string)(inner, &at)?),
        "NS" => AttributeValue::Ns(list(string)(inner, &at)?),
        "BS" => AttributeValue::Bs(list(binary)(inner, &at)?),
        _ => return refuse(&at, "no type of a value"),
    })
}

fn binary(value: &Value, pointer: &str) -> Result<Blob, Refusal> {
    match aws_smithy_types::base64::decode(string(value, pointer)?) {
        Ok(bytes) => Ok(Blob::new(bytes)),
        Err(_) => refuse(pointer, "not base64"),
    }
}

/// A builder's result; the SDK refuses a structure without its required members.
fn built<T>(result: Result<T, BuildError>, pointer: &str) -> Result<T, Refusal> {
    result.or_else(|error| refuse(pointer, super::causes(&error)))
}
