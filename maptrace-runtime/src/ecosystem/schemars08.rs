//! The trait of schemars 0.8: the JSON schema of the plain collection, under the plain one's name.

use std::borrow::Cow;

use ::schemars08::JsonSchema;
use ::schemars08::r#gen::SchemaGenerator;
use ::schemars08::schema::Schema;

macro_rules! implement {
    ([$($P:ident),*] $Traced:ty, $Plain:ty) => {
        impl<$($P),*> JsonSchema for $Traced
        where
            $Plain: JsonSchema,
        {
            fn is_referenceable() -> bool {
                <$Plain>::is_referenceable()
            }

            fn schema_name() -> String {
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
