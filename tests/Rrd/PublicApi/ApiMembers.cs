using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace Strata.Rrd.Tests.PublicApi;

/// <summary>Members in the words of C#.</summary>
internal static class ApiMembers
{
    private static readonly NullabilityInfoContext Nullability = new();

    public static bool IsVisible(MethodBase method, Type type) => method.IsPublic || ((method.IsFamily || method.IsFamilyOrAssembly) && !type.IsSealed);

    public static bool IsVisible(FieldInfo field, Type type) => field.IsPublic || ((field.IsFamily || field.IsFamilyOrAssembly) && !type.IsSealed);

    public static string Of(ConstructorInfo constructor) => $"{Access(constructor)}{ApiNames.Simple(constructor.DeclaringType!)}({Parameters(constructor)})";

    public static string Of(FieldInfo field)
    {
        var modifier = field.IsLiteral ? "const " : (field.IsStatic ? "static " : "") + (field.IsInitOnly ? "readonly " : "");
        var value = field.IsLiteral ? $" = {Literal(field.GetRawConstantValue())}" : "";
        return $"{(field.IsPublic ? "public " : "protected ")}{modifier}{ApiNames.Of(Nullability.Create(field))} {field.Name}{value}";
    }

    public static string Of(PropertyInfo property, Type type)
    {
        var widest = property.GetAccessors(true).OrderBy(accessor => accessor.IsPublic ? 0 : 1).First();
        string Accessor(MethodInfo? accessor, string word) => accessor is null || !IsVisible(accessor, type) ? ""
            : $"{(Access(accessor) == Access(widest) ? "" : Access(accessor))}{word}; ";
        var setter = property.SetMethod?.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit)) == true ? "init" : "set";
        var name = property.GetIndexParameters() is { Length: > 0 } indexes ? $"this[{string.Join(", ", indexes.Select(Parameter))}]" : property.Name;
        var required = property.IsDefined(typeof(RequiredMemberAttribute)) ? "required " : "";
        return $"{Access(widest)}{Dispatch(widest)}{required}{ApiNames.Of(Nullability.Create(property))} {name} {{ {Accessor(property.GetMethod, "get")}{Accessor(property.SetMethod, setter)}}}";
    }

    public static string Of(MethodInfo method)
    {
        var generic = method.IsGenericMethodDefinition ? $"<{string.Join(", ", method.GetGenericArguments().Select(argument => argument.Name))}>" : "";
        return $"{Access(method)}{Dispatch(method)}{ApiNames.Of(Nullability.Create(method.ReturnParameter))} {method.Name}{generic}({Parameters(method)})"
            + ApiNames.Constraints(method.IsGenericMethodDefinition ? method.GetGenericArguments() : []);
    }

    private static string Access(MethodBase method) => method.IsPublic ? "public " : "protected ";

    private static string Dispatch(MethodInfo method)
    {
        if (method.IsStatic)
        {
            return "static ";
        }
        var isOverride = method.GetBaseDefinition() != method;
        return method.DeclaringType!.IsInterface ? (method.IsAbstract ? "" : "virtual ")
            : method.IsAbstract ? "abstract "
            : isOverride ? (method.IsFinal ? "sealed override " : "override ")
            : method is { IsVirtual: true, IsFinal: false } ? "virtual " : "";
    }

    private static string Parameters(MethodBase method) => string.Join(", ", method.GetParameters().Select(Parameter));

    private static string Parameter(ParameterInfo parameter)
    {
        var isParams = parameter.IsDefined(typeof(ParamArrayAttribute)) || parameter.IsDefined(typeof(ParamCollectionAttribute));
        var modifier = isParams ? "params " : !parameter.ParameterType.IsByRef ? "" : parameter.IsOut ? "out " : parameter.IsIn ? "in " : "ref ";
        var value = parameter.HasDefaultValue ? $" = {Default(parameter)}" : "";
        return $"{modifier}{ApiNames.Of(Nullability.Create(parameter))} {parameter.Name}{value}";
    }

    private static string Default(ParameterInfo parameter) => parameter.RawDefaultValue is { } value
        ? parameter.ParameterType.IsEnum ? $"{ApiNames.Of(parameter.ParameterType)}.{Enum.ToObject(parameter.ParameterType, value)}" : Literal(value)
        : parameter.ParameterType.IsValueType && Nullable.GetUnderlyingType(parameter.ParameterType) is null ? "default" : "null";

    private static string Literal(object? value) => value switch
    {
        null => "null",
        string text => $"\"{text.Replace("\"", "\\\"", StringComparison.Ordinal)}\"",
        bool flag => flag ? "true" : "false",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };
}
