//! The trait of schemars 1: the JSON schema of the plain collection, under the plain one's name.

use std::borrow::Cow;

use ::schemars::{JsonSchema, Schema, SchemaGenerator};

macro_rules! implement {
    ([$($P:ident),*] $Traced:ty, $Plain:ty) => {
        impl<$($P),*> JsonSchema for $Traced
        where
            $Plain: JsonSchema,
        {
            fn inline_schema() -> bool {
                <$Plain>::inline_schema()
            }

            fn schema_name() -> Cow<'static, str> {
                <$Plain>::schema_name()
            }

            fn schema_id() -> Cow<'static, str> {
                <$Plain>::schema_id()
            }

            fn json_schema(generator: &mut SchemaGenerator) -> Schema {
                <$Plain>::json_schema(generator)
            }
        }
    };
}

std_and_index_kinds!(implement);
