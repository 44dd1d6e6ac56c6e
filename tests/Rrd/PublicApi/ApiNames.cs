using System.Reflection;

namespace Strata.Rrd.Tests.PublicApi;

/// <summary>Types in the words of C#, without their namespaces.</summary>
internal static class ApiNames
{
    private static readonly Dictionary<Type, string> Keywords = new()
    {
        [typeof(void)] = "void", [typeof(object)] = "object", [typeof(string)] = "string", [typeof(bool)] = "bool", [typeof(byte)] = "byte", [typeof(sbyte)] = "sbyte",
        [typeof(short)] = "short", [typeof(ushort)] = "ushort", [typeof(int)] = "int", [typeof(uint)] = "uint", [typeof(long)] = "long", [typeof(ulong)] = "ulong",
        [typeof(float)] = "float", [typeof(double)] = "double", [typeof(char)] = "char", [typeof(decimal)] = "decimal",
    };

    public static string Of(Type type)
    {
        if (type.IsByRef)
        {
            return Of(type.GetElementType()!);
        }
        if (Keywords.TryGetValue(type, out var keyword))
        {
            return keyword;
        }
        if (type.IsArray)
        {
            return $"{Of(type.GetElementType()!)}[]";
        }
        return Nullable.GetUnderlyingType(type) is { } value ? $"{Of(value)}?" : Build(type, [.. type.GetGenericArguments().Select(Of)]);
    }

    /// <summary>With a question mark wherever a reference may be null.</summary>
    public static string Of(NullabilityInfo info)
    {
        var type = info.Type.IsByRef ? info.Type.GetElementType()! : info.Type;
        if (Nullable.GetUnderlyingType(type) is not null || Keywords.ContainsKey(type) || type.IsGenericParameter)
        {
            return Of(type) + (type.IsValueType ? "" : Mark(info));
        }
        var name = type.IsArray ? $"{(info.ElementType is { } element ? Of(element) : Of(type.GetElementType()!))}[]"
            : Build(type, info.GenericTypeArguments.Length == type.GetGenericArguments().Length ? [.. info.GenericTypeArguments.Select(Of)] : [.. type.GetGenericArguments().Select(Of)]);
        return name + (type.IsValueType ? "" : Mark(info));
    }

    /// <summary>Without arguments, as a constructor has it.</summary>
    public static string Simple(Type type) => type.Name.Split('`')[0];

    public static string Constraints(Type[] parameters) => string.Concat(parameters.Where(p => p.IsGenericParameter).Select(Constraint));

    private static string Constraint(Type parameter)
    {
        var attributes = parameter.GenericParameterAttributes;
        var isStruct = attributes.HasFlag(GenericParameterAttributes.NotNullableValueTypeConstraint);
        string[] words =
        [
            .. attributes.HasFlag(GenericParameterAttributes.ReferenceTypeConstraint) ? ["class"] : Array.Empty<string>(),
            .. isStruct ? ["struct"] : Array.Empty<string>(),
            .. parameter.GetGenericParameterConstraints().Where(c => c != typeof(ValueType)).Select(Of),
            .. attributes.HasFlag(GenericParameterAttributes.DefaultConstructorConstraint) && !isStruct ? ["new()"] : Array.Empty<string>(),
        ];
        return words.Length == 0 ? "" : $" where {parameter.Name} : {string.Join(", ", words)}";
    }

    private static string Mark(NullabilityInfo info) => info.ReadState == NullabilityState.Nullable ? "?" : "";

    // A nested type has the arguments of those around it too.
    private static string Build(Type type, string[] arguments)
    {
        var around = type.IsNested && !type.IsGenericParameter ? $"{Simple(type.DeclaringType!)}." : "";
        return around + Simple(type) + (arguments.Length == 0 ? "" : $"<{string.Join(", ", arguments)}>");
    }
}
